#include "qemu/run_hook.hpp"

#include "adapters/journal/file_journal_store.hpp"
#include "adapters/journal/file_lease_store.hpp"
#include "adapters/journal/state_directory.hpp"
#include "adapters/linux_host/file_host_lock.hpp"
#include "adapters/linux_host/linux_host_reader.hpp"
#include "adapters/linux_host/linux_host_writer.hpp"
#include "adapters/linux_host/linux_thread_control.hpp"
#include "adapters/linux_host/proc_thread_lister.hpp"
#include "adapters/linux_host/system_clock.hpp"

#include <cstdlib>
#include <exception>
#include <utility>

namespace nova_rt {

namespace {

Result<HookResult> run_wired(const HookInput& input, const HookPaths& paths) {
    NOVA_RT_TRY_ASSIGN(read_root, RootDirectory::open(paths.host_root));
    NOVA_RT_TRY_ASSIGN(write_root, RootDirectory::open(paths.host_root));
    NOVA_RT_TRY_ASSIGN(state, StateDirectory::open(paths.state_directory));
    NOVA_RT_TRY_ASSIGN(lease_directory, state.subdirectory("leases"));
    const LinuxHostReader reader(std::move(read_root));
    LinuxHostWriter writer(std::move(write_root));
    LinuxThreadControl threads;
    const ProcThreadLister lister(reader);
    FileHostLock lock(paths.state_directory + "/lock");
    FileJournalStore journal(std::move(state));
    FileLeaseStore leases(std::move(lease_directory));
    const SystemClock clock;
    IsolationEngine engine({.reader = reader,
                            .writer = writer,
                            .threads = threads,
                            .lister = lister,
                            .lock = lock,
                            .journal = journal,
                            .leases = leases,
                            .clock = clock});
    return QemuHook(engine, reader, paths.libvirt_status_directory).run(input);
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
