#include "qemu/run_hook.hpp"

#include "wiring/wired_host.hpp"

#include <cstdlib>
#include <exception>
#include <utility>

namespace nova_rt {

namespace {

Result<HookResult> run_wired(const HookInput& input, const HookPaths& paths) {
    NOVA_RT_TRY_ASSIGN(host, WiredHost::open(paths.host));
    IsolationEngine engine(host->engine_ports());
    return QemuHook(engine, host->reader(), paths.libvirt_status_directory).run(input);
}

/// Nothing could be wired: a `required` guest must not start on a host that cannot be isolated.
HookResult broken(const HookInput& input, std::string why) {
    const bool refuse = may_refuse_blindly(input.operation) && is_clearly_required(input.xml);
    return {.exit_status = refuse ? EXIT_FAILURE : EXIT_SUCCESS, .messages = {std::move(why)}};
}

} // namespace

HookResult run_hook(const HookInput& input, const HookPaths& paths) {
    try {
        auto result = run_wired(input, paths);
        return result ? *std::move(result) : broken(input, result.error().message());
    } catch (const std::exception& error) {
        return broken(input, std::string("unexpected failure: ") + error.what());
    } catch (...) {
        return broken(input, "unexpected failure");
    }
}

} // namespace nova_rt
