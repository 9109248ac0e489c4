#include "cli/translation_input.hpp"

#include "adapters/data_files/text_file.hpp"
#include "adapters/libvirt/active_domains.hpp"
#include "base/text.hpp"
#include "cli/host_context.hpp"
#include "cli/this_machine.hpp"
#include "cli/vhost_user_sockets.hpp"
#include "services/bounded_json.hpp"
#include "services/case_document.hpp"
#include "services/option_document.hpp"
#include "services/running_guests.hpp"
#include "topology/topology_reader.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace nova_rt {

namespace {

Status apply_conf(const std::vector<std::string>& settings, TranslationInput& input) {
    if (settings.empty()) {
        return {};
    }
    nlohmann::json conf = nlohmann::json::object();
    for (const auto& setting : settings) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos) {
            return fail(ErrorCode::InvalidArgument,
                        "--conf " + nova_rt::quoted(setting) +
                            ": expected OPTION=VALUE, like compute.cpu_shared_set=0-3");
        }
        conf[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
    return read_nova_options(conf, input);
}

Result<nlohmann::json> read_json_file(const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, read_text_file(path));
    NOVA_RT_TRY_ASSIGN_CONTEXT(document, parse_bounded_json(text), path);
    return document;
}

/// The case document, its flavor and image replaced by those of the files that the options name.
Result<TranslationInput> read_question(const TranslationOptions& options) {
    const bool is_case = options.flavor.empty() || !options.document.empty();
    if (options.flavor.empty() && !options.image.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "--image goes with --flavor; a document brings its own image");
    }
    nlohmann::json document = nlohmann::json::object();
    if (is_case) {
        NOVA_RT_TRY_ASSIGN(read, read_json_file(options.document.empty() ? "-" : options.document));
        NOVA_RT_TRY(expect_object(read, "read case"));
        document = std::move(read);
    }
    // each is read twice, so that an error names the file it is in
    if (!options.flavor.empty()) {
        NOVA_RT_TRY_ASSIGN(flavor, read_json_file(options.flavor));
        NOVA_RT_TRY_CONTEXT(read_flavor(flavor), options.flavor);
        document["flavor"] = std::move(flavor);
    }
    if (!options.image.empty()) {
        NOVA_RT_TRY_ASSIGN(image, read_json_file(options.image));
        NOVA_RT_TRY_CONTEXT(read_image(image), options.image);
        document["image"] = std::move(image);
    }
    NOVA_RT_TRY_ASSIGN(input, read_case(document));
    if (!is_case) { // not the document's defaults
        input.instance = {};
        input.image = options.image.empty() ? Image{} : std::move(input.image);
    }
    return input;
}

Status identify(const TranslationOptions& options, InstanceIdentity& instance) {
    if (!options.uuid.empty()) {
        instance.uuid = options.uuid;
    }
    if (!options.name.empty()) {
        instance.domain_name = options.name;
    }
    if (instance.uuid.empty()) {
        NOVA_RT_TRY_ASSIGN(random, read_text_file("/proc/sys/kernel/random/uuid"));
        instance.uuid = trimmed(random);
    }
    NOVA_RT_TRY_ASSIGN(uuid, DomainUuid::parse(instance.uuid));
    if (instance.domain_name.empty()) {
        instance.domain_name = "instance-" + uuid.to_string().substr(0, 8);
    }
    return {};
}

void note_socket_problems(TranslationInput& input) {
    if (input.host_origin != HostOrigin::ThisMachine) {
        return;
    }
    for (auto& problem : vhost_user_socket_problems(input.ports)) {
        input.notes.push_back({.severity = Reason::Severity::Warning,
                               .subject = "vhost-user port",
                               .text = std::move(problem)});
    }
}

/// This machine, looked at once, when the first question without a host comes.
class LocalHost {
public:
    explicit LocalHost(const TranslationOptions& options) : options_(options) {}

    /// The topology and what runs here join the question, unless the options say otherwise.
    Status join(TranslationInput& input) {
        if (!topology_) {
            NOVA_RT_TRY_ASSIGN(machine, this_machine());
            NOVA_RT_TRY_ASSIGN(reader, open_host_reader());
            NOVA_RT_TRY_ASSIGN_CONTEXT(topology, read_topology(*reader, machine),
                                       "read this machine's topology");
            topology_ = std::move(topology);
        }
        input.host = topology_;
        input.host_origin = HostOrigin::ThisMachine;
        return count_guests(input);
    }

private:
    Status count_guests(TranslationInput& input) {
        if (options_.without_guests) {
            input.notes.push_back({.severity = Reason::Severity::Info,
                                   .subject = "running guests",
                                   .text = "not counted, as --without-guests asks"});
            return {};
        }
        if (!domains_) {
            constexpr std::chrono::seconds kDeadline{5};
            domains_ = ask_active_domains(options_.uri, kDeadline);
        }
        NOVA_RT_TRY_ASSIGN(asked, DomainUuid::parse(input.instance.uuid));
        auto found = running_guests(*domains_, asked);
        input.residents = std::move(found.guests);
        input.notes = std::move(found.notes);
        return {};
    }

    const TranslationOptions& options_;
    std::optional<HostTopology> topology_;
    std::optional<DomainSnapshot> domains_;
};

/// What the options and this machine add to a question.
Status complete(const TranslationOptions& options, HostFallback fallback, LocalHost& machine,
                TranslationInput& input) {
    NOVA_RT_TRY(apply_conf(options.conf, input));
    if (!options.nova_release.empty()) {
        NOVA_RT_TRY_ASSIGN_CONTEXT(release, parse_nova_release(options.nova_release), "--nova-release");
        input.options.release = release;
    }
    NOVA_RT_TRY(identify(options, input.instance));
    if (!input.host && fallback == HostFallback::ThisMachine) {
        NOVA_RT_TRY(machine.join(input));
    }
    return {};
}

} // namespace

void TranslationOptions::add_to(CLI::App& command, std::vector<std::string>* flavors) {
    command.add_option("document", document,
                       "case document (flavor, image, host, conf, placed, limits, vifs); - is stdin, also "
                       "without --flavor; with --flavor the document's own flavor does not count");
    constexpr const char* kFlavor = "flavor as JSON, for instance from: openstack flavor show -f json";
    if (flavors == nullptr) {
        command.add_option("--flavor", flavor, kFlavor);
    } else {
        command
            .add_option("--flavor", *flavors,
                        std::string(kFlavor) +
                            "; FILE:3 or FILE:max asks for so many, repeated for several flavors")
            ->allow_extra_args(false);
    }
    command.add_option("--image", image, "image as JSON, for instance from: openstack image show -f json");
    command.add_option("--conf", conf, "option of nova.conf, like compute.cpu_dedicated_set=2-7; repeatable");
    command.add_option("--name", name, "libvirt's name of the guest");
    command.add_option("--uuid", uuid, "the guest's UUID; default: the document's, or a random one");
    command
        .add_option("--connect", uri, "URI of libvirt: whose guests are counted, and where define defines")
        ->capture_default_str();
    command.add_flag("--without-guests", without_guests,
                     "plan on this machine as if no guest ran here; default: what runs here is counted");
    command.add_option("--nova-release", nova_release,
                       "the Nova whose rules and XML are meant: 26.2 (default) or 33");
    command.add_option("--template", template_file, "domain template instead of the installed one");
}

Result<TranslationInput> read_translation_input(const TranslationOptions& options, HostFallback fallback) {
    NOVA_RT_TRY_ASSIGN(input, read_question(options));
    LocalHost machine(options);
    NOVA_RT_TRY(complete(options, fallback, machine, input));
    return input;
}

Result<AnsweredQuestion> answer_question(const TranslationOptions& options) {
    NOVA_RT_TRY_ASSIGN(input, read_translation_input(options));
    note_socket_problems(input);
    NOVA_RT_TRY_ASSIGN(service, open_translation_service(options));
    NOVA_RT_TRY_ASSIGN(translation, service.translate(input));
    return AnsweredQuestion{.input = std::move(input), .translation = std::move(translation)};
}

Result<std::string> answer_batch(const TranslationOptions& options) {
    NOVA_RT_TRY_ASSIGN(text, read_text_file(options.document.empty() ? "-" : options.document));
    NOVA_RT_TRY_ASSIGN(service, open_translation_service(options));
    LocalHost machine(options);
    return service.translate_batch(text, [&](TranslationInput& input) -> Status {
        NOVA_RT_TRY(complete(options, HostFallback::ThisMachine, machine, input));
        note_socket_problems(input);
        return {};
    });
}

Result<TranslationService> open_translation_service(const TranslationOptions& options) {
    const std::string path = options.template_file.empty() ? NOVA_RT_DATA_DIRECTORY
                                 "/xml-templates/realtime-guest.xml"
                                                           : options.template_file;
    NOVA_RT_TRY_ASSIGN_CONTEXT(text, read_text_file(path), "domain template");
    return TranslationService::create({.domain_template = std::move(text)});
}

} // namespace nova_rt
