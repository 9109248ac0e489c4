// The isolation engine's ports, wired to a host: what hook, agent and command line have in common.
#pragma once

#include "adapters/journal/file_journal_store.hpp"
#include "adapters/journal/file_lease_store.hpp"
#include "adapters/linux_host/file_host_lock.hpp"
#include "adapters/linux_host/linux_host_reader.hpp"
#include "adapters/linux_host/linux_host_writer.hpp"
#include "adapters/linux_host/linux_thread_control.hpp"
#include "adapters/linux_host/proc_thread_lister.hpp"
#include "adapters/linux_host/system_clock.hpp"
#include "base/result.hpp"
#include "isolation/engine_ports.hpp"

#include <memory>
#include <string>

namespace nova_rt {

/// Where everything is. Only tests change the root.
struct HostPaths {
    std::string root = "/";
    std::string state_directory = "/run/nova-rt/private";
};

/// Keeps the adapters alive for as long as an engine works through them. Needs root: the state is private.
class WiredHost {
public:
    [[nodiscard]] static Result<std::unique_ptr<WiredHost>> open(const HostPaths& paths);

    [[nodiscard]] EnginePorts engine_ports();

    [[nodiscard]] const HostReader& reader() const { return reader_; }

    [[nodiscard]] const ThreadLister& lister() const { return lister_; }

    [[nodiscard]] const ThreadControl& threads() const { return threads_; }

    [[nodiscard]] const Clock& clock() const { return clock_; }

private:
    WiredHost(RootDirectory read_root, RootDirectory write_root, StateDirectory state, StateDirectory leases);

    LinuxHostReader reader_;
    LinuxHostWriter writer_;
    LinuxThreadControl threads_;
    ProcThreadLister lister_;
    FileHostLock lock_;
    FileJournalStore journal_;
    FileLeaseStore leases_;
    SystemClock clock_;
};

} // namespace nova_rt
