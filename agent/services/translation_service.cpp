#include "services/translation_service.hpp"

#include "domainxml/domain_builder.hpp"
#include "services/bounded_json.hpp"
#include "services/case_document.hpp"
#include "services/claimed_devices.hpp"
#include "services/guest_stages.hpp"
#include "services/translation_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace nova_rt {

namespace {

using nlohmann::json;

DomainSpec domain_spec(const TranslationInput& input, const Translation& answer) {
    DomainSpec spec;
    spec.flavor = input.flavor;
    spec.image = input.image;
    spec.request = *answer.request;
    spec.plan = *answer.plan;
    spec.options = input.options;
    spec.identity = input.instance;
    spec.ports = input.ports;
    spec.architecture = input.host->architecture;
    spec.host_architecture = input.host->architecture;
    spec.online_pcpus = input.host->online;
    spec.host_caches = input.host->caches;
    spec.disks = input.parts.disks;
    spec.console_log_path = input.parts.console_log_path;
    spec.firmware = input.parts.firmware ? input.parts.firmware : answer.request->firmware;
    spec.creation_time = input.parts.creation_time;
    spec.nova_release = static_cast<unsigned>(input.options.release);
    spec.nova_version = input.parts.nova_version.value_or(version_of(input.options.release));
    return spec;
}

Verdict run_stages(const TranslationInput& input, Translation& answer) {
    NOVA_RT_TRY_ASSIGN(stages, GuestStages::judge(input, answer));
    if (!input.host) {
        return {};
    }
    NOVA_RT_TRY_ASSIGN(ledger, occupied_ledger(input, answer.reasons));
    return stages.place(input, ledger, answer);
}

/// The answer to a case of a batch that could not be read.
void write_failure(JsonWriter& out, const Error& error) {
    out.begin_object();
    out.member("ok", false);
    out.key("error");
    out.begin_object();
    out.member("stage", "input");
    out.member("type", "InvalidArgument");
    out.member("message", error.message());
    out.end_object();
    out.end_object();
}

} // namespace

Result<TranslationService> TranslationService::create(const TranslationTexts& texts) {
    std::optional<DomainTemplate> skeleton;
    if (!texts.domain_template.empty()) {
        NOVA_RT_TRY_ASSIGN(loaded, DomainTemplate::load(texts.domain_template));
        skeleton = std::move(loaded);
    }
    return TranslationService(std::move(skeleton));
}

Result<Translation> TranslationService::translate(const TranslationInput& input) const {
    Translation answer;
    answer.name = input.name;
    if (auto verdict = run_stages(input, answer); !verdict) {
        answer.error = std::move(verdict).error();
        return answer;
    }
    if (answer.plan && skeleton_) {
        NOVA_RT_TRY_ASSIGN(built, build_domain(domain_spec(input, answer), *skeleton_));
        if (!built) {
            answer.error = std::move(built).error();
            return answer;
        }
        answer.xml = std::move(built->xml);
        answer.reasons.insert(answer.reasons.end(), built->reasons.begin(), built->reasons.end());
        std::ranges::move(claimed_devices(input.flavor), std::back_inserter(answer.reasons));
    }
    return answer;
}

std::string to_document(const Translation& translation) {
    JsonWriter out;
    write(out, translation);
    return std::move(out).take();
}

Result<std::string> TranslationService::translate_document(std::string_view text) const {
    NOVA_RT_TRY_ASSIGN(input, parse_case_document(text));
    NOVA_RT_TRY_ASSIGN(answer, translate(input));
    return to_document(answer);
}

Result<std::string> TranslationService::translate_batch(std::string_view text,
                                                        const Completion& complete) const {
    NOVA_RT_TRY_ASSIGN(documents, parse_bounded_json(text));
    if (!documents.is_array()) {
        return fail(ErrorCode::InvalidArgument, "read batch: not a list of cases");
    }
    const auto answer_to = [&](const json& document) -> Result<Translation> {
        NOVA_RT_TRY_ASSIGN(input, read_case(document));
        if (complete) {
            NOVA_RT_TRY(complete(input));
        }
        return translate(input);
    };
    JsonWriter out;
    out.begin_list();
    for (const json& document : documents) {
        const auto answer = answer_to(document);
        answer ? write(out, *answer) : write_failure(out, answer.error());
    }
    out.end_list();
    return std::move(out).take();
}

} // namespace nova_rt
