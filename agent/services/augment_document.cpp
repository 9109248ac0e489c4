#include "services/augment_document.hpp"

#include "domainxml/domain_augmenter.hpp"
#include "domainxml/vhost_user_ports.hpp"
#include "services/bounded_json.hpp"
#include "services/case_document.hpp"
#include "services/host_document.hpp"
#include "services/translation_json.hpp"
#include "topology/cache_reader.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

struct Question {
    std::string xml;
    AugmentOptions options;
    const LocalMachine* machine = nullptr; ///< the machine the guest is for, null when it is not this one
};

/// A flavor in the form of this document may have nothing but extra specs.
Result<Flavor> read_asked_flavor(const json& flavor) {
    NOVA_RT_TRY(expect_object(flavor, "flavor"));
    Flavor asked;
    NOVA_RT_TRY_ASSIGN(name, read_text(flavor, "name", "flavor"));
    NOVA_RT_TRY_ASSIGN(extra_specs, read_properties(flavor, "extra_specs", "flavor"));
    asked.name = name.value_or("");
    asked.extra_specs = std::move(extra_specs);
    return asked;
}

Result<Question> read_question(std::string_view text, const LocalMachine* this_machine) {
    NOVA_RT_TRY_ASSIGN(document, parse_bounded_json(text));
    NOVA_RT_TRY(expect_object(document, "document"));
    NOVA_RT_TRY_ASSIGN(xml, read_text(document, "xml", "document"));
    if (!xml) {
        return fail(ErrorCode::InvalidArgument, "document: \"xml\" is missing");
    }
    Question question{.xml = *std::move(xml), .options = {}};
    if (document.contains("flavor")) {
        NOVA_RT_TRY_ASSIGN(flavor, read_asked_flavor(document.at("flavor")));
        question.options.flavor = std::move(flavor);
    }
    if (document.contains("host")) {
        NOVA_RT_TRY_ASSIGN(host, read_host(document.at("host")));
        question.options.caches = std::move(host.caches);
    } else if (this_machine != nullptr) {
        NOVA_RT_TRY_ASSIGN_CONTEXT(caches, read_cache_control(this_machine->reader),
                                   "read this machine's caches");
        question.options.caches = std::move(caches);
        question.machine = this_machine;
    }
    return question;
}

std::string failure(const std::string& type, const std::string& message, const std::string& key,
                    const std::string& repair) {
    JsonWriter out;
    out.begin_object();
    out.member("ok", false);
    out.key("error");
    out.begin_object();
    out.member("type", type);
    out.member("message", message);
    out.member("key", key);
    out.member("repair", repair);
    out.end_object();
    out.end_object();
    return std::move(out).take();
}

std::string success(const std::string& xml, const std::vector<Reason>& reasons) {
    JsonWriter out;
    out.begin_object();
    out.member("ok", true);
    out.member("xml", xml);
    out.key("reasons");
    write(out, reasons);
    out.end_object();
    return std::move(out).take();
}

std::string answer(const Question& question) {
    auto augmented = augment_domain(question.xml, question.options);
    if (!augmented) {
        const Error& error = augmented.error();
        return failure(std::string(to_string(error.code())), error.message(), {}, {});
    }
    if (!*augmented) {
        const Refusal& refusal = augmented->error();
        return failure(refusal.type, refusal.message, refusal.key, refusal.repair);
    }
    std::vector<Reason> reasons = std::move((*augmented)->reasons);
    if (question.machine != nullptr) {
        const auto ports = vhost_user_ports((*augmented)->xml).value_or(std::vector<NetworkPort>{});
        for (auto& problem : question.machine->port_problems(ports)) {
            reasons.push_back({.severity = Reason::Severity::Warning,
                               .subject = "vhost-user port",
                               .text = std::move(problem)});
        }
    }
    return success((*augmented)->xml, reasons);
}

} // namespace

Result<std::string> augment_document(std::string_view text, const LocalMachine* this_machine) {
    NOVA_RT_TRY_ASSIGN(question, read_question(text, this_machine));
    return answer(question);
}

} // namespace nova_rt
