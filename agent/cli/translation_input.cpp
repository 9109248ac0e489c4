#include "cli/translation_input.hpp"

#include "adapters/data_files/text_file.hpp"
#include "adapters/libvirt/active_domains.hpp"
#include "base/text.hpp"
#include "cli/host_context.hpp"
#include "services/case_document.hpp"
#include "services/option_document.hpp"
#include "services/running_guests.hpp"
#include "topology/topology_reader.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace nova_rt {

namespace {

Result<MachineFacts> this_machine() {
    utsname name{};
    if (::uname(&name) != 0) {
        return fail(ErrorCode::Internal, "uname failed");
    }
    const long page = ::sysconf(_SC_PAGESIZE);
    return MachineFacts{.architecture = std::data(name.machine),
                        .base_page = KiB{static_cast<std::uint64_t>(page) / 1024}};
}

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

Result<TranslationInput> read_flavor_and_image(const TranslationOptions& options) {
    TranslationInput input;
    NOVA_RT_TRY_ASSIGN(flavor_text, read_text_file(options.flavor));
    NOVA_RT_TRY_ASSIGN_CONTEXT(flavor, parse_flavor_document(flavor_text), options.flavor);
    input.flavor = std::move(flavor);
    if (!options.image.empty()) {
        NOVA_RT_TRY_ASSIGN(image_text, read_text_file(options.image));
        NOVA_RT_TRY_ASSIGN_CONTEXT(image, parse_image_document(image_text), options.image);
        input.image = std::move(image);
    }
    return input;
}

Result<TranslationInput> read_case_file(const TranslationOptions& options) {
    if (!options.image.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "--image goes with --flavor; a document brings its own image");
    }
    NOVA_RT_TRY_ASSIGN(text, read_text_file(options.document));
    return parse_case_document(text);
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

/// What runs here joins the question, unless the options say otherwise.
Status count_guests(const TranslationOptions& options, TranslationInput& input) {
    if (options.without_guests) {
        input.notes.push_back({.severity = Reason::Severity::Info,
                               .subject = "running guests",
                               .text = "not counted, as --without-guests asks"});
        return {};
    }
    constexpr std::chrono::seconds kDeadline{5};
    NOVA_RT_TRY_ASSIGN(asked, DomainUuid::parse(input.instance.uuid));
    auto found = running_guests(ask_active_domains(options.uri, kDeadline), asked);
    input.residents = std::move(found.guests);
    input.notes = std::move(found.notes);
    return {};
}

} // namespace

void TranslationOptions::add_to(CLI::App& command) {
    command.add_option("document", document,
                       "case document (flavor, image, host, conf, placed, vifs); - is stdin");
    command.add_option("--flavor", flavor,
                       "flavor as JSON, for instance from: openstack flavor show -f json");
    command.add_option("--image", image, "image as JSON, for instance from: openstack image show -f json");
    command.add_option("--conf", conf, "option of nova.conf, like compute.cpu_dedicated_set=2-7; repeatable");
    command.add_option("--name", name, "libvirt's name of the guest");
    command.add_option("--uuid", uuid, "the guest's UUID; default: the document's, or a random one");
    command
        .add_option("--connect", uri, "URI of libvirt: whose guests are counted, and where define defines")
        ->capture_default_str();
    command.add_flag("--without-guests", without_guests,
                     "plan on this machine as if no guest ran here; default: what runs here is counted");
    command.add_option("--template", template_file, "domain template instead of the installed one");
}

Result<TranslationInput> read_translation_input(const TranslationOptions& options) {
    NOVA_RT_TRY_ASSIGN(input,
                       options.flavor.empty() ? read_case_file(options) : read_flavor_and_image(options));
    NOVA_RT_TRY(apply_conf(options.conf, input));
    NOVA_RT_TRY(identify(options, input.instance));
    if (!input.host) {
        NOVA_RT_TRY_ASSIGN(machine, this_machine());
        NOVA_RT_TRY_ASSIGN(reader, open_host_reader());
        NOVA_RT_TRY_ASSIGN_CONTEXT(topology, read_topology(*reader, machine), "read this machine's topology");
        input.host = std::move(topology);
        NOVA_RT_TRY(count_guests(options, input));
    }
    return input;
}

Result<TranslationService> open_translation_service(const TranslationOptions& options) {
    const std::string path = options.template_file.empty() ? NOVA_RT_DATA_DIRECTORY
                                 "/xml-templates/realtime-guest.xml"
                                                           : options.template_file;
    NOVA_RT_TRY_ASSIGN_CONTEXT(text, read_text_file(path), "domain template");
    return TranslationService::create({.domain_template = std::move(text)});
}

} // namespace nova_rt
