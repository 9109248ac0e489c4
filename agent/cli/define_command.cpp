#include "adapters/libvirt/domain_definer.hpp"
#include "cli/commands.hpp"
#include "cli/explanation.hpp"
#include "cli/translation_input.hpp"
#include "cli/vhost_user_sockets.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string_view>

namespace nova_rt {

namespace {

struct DefineOptions {
    TranslationOptions translation;
    bool start = false;
};

/// Libvirt would say the same later and less clearly. A guest that is only defined may find its switch later.
Status check_sockets(const DefineOptions& options, const std::vector<NetworkPort>& ports) {
    constexpr std::string_view kLocalQemu = "qemu:///";
    if (!options.translation.uri.starts_with(kLocalQemu)) {
        return {};
    }
    std::string all;
    for (const auto& problem : vhost_user_socket_problems(ports)) {
        all += (all.empty() ? "" : "; ") + problem;
    }
    if (all.empty()) {
        return {};
    }
    if (options.start) {
        return fail(ErrorCode::Unavailable, all);
    }
    fmt::print(stderr, "nova-rt: warning: it could not be started now: {}\n", all);
    return {};
}

Result<DefinedDomain> define(const DefineOptions& options) {
    NOVA_RT_TRY_ASSIGN(input, read_translation_input(options.translation));
    NOVA_RT_TRY_ASSIGN(service, open_translation_service(options.translation));
    NOVA_RT_TRY_ASSIGN(translation, service.translate(input));
    print_warnings(translation.reasons);
    if (translation.error) {
        return fail(ErrorCode::Refused, describe(*translation.error));
    }
    NOVA_RT_TRY(check_sockets(options, input.ports));
    return define_domain(options.translation.uri, translation.xml.value_or(""),
                         options.start ? AfterDefine::Start : AfterDefine::LeaveShutOff);
}

} // namespace

void add_define_command(CLI::App& app, ExitStatus& status) {
    const auto options = std::make_shared<DefineOptions>();
    auto* command = app.add_subcommand("define", "Translate a flavor and define the guest in libvirt");
    options->translation.add_to(*command);
    command->add_flag("--start", options->start,
                      "start it too; a guest that cannot start is not left defined");
    command->callback([options, &status] {
        const auto domain = define(*options);
        if (!domain) {
            status = report(domain.error());
            return;
        }
        fmt::print("{} {}\n", domain->uuid.to_string(), domain->name);
        status = ExitStatus::Done;
    });
}

} // namespace nova_rt
