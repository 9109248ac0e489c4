// The isolation engine wired to this host.
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
#include "isolation/isolation_engine.hpp"

#include <memory>
#include <string>

namespace nova_rt {

inline constexpr const char* kStateDirectory = "/run/nova-rt/private";
inline constexpr const char* kStatusFile = "/run/nova-rt/public/status.json";

/// Keeps the adapters alive for as long as the engine lives. Needs root: the state directory is private.
class HostContext {
public:
    [[nodiscard]] static Result<std::unique_ptr<HostContext>> open();

    [[nodiscard]] IsolationEngine& engine() { return engine_; }

    [[nodiscard]] const HostReader& reader() const { return reader_; }

private:
    HostContext(RootDirectory reader_root, RootDirectory writer_root, StateDirectory journal,
                StateDirectory leases);

    LinuxHostReader reader_;
    LinuxHostWriter writer_;
    LinuxThreadControl threads_;
    ProcThreadLister lister_;
    FileHostLock lock_;
    FileJournalStore journal_;
    FileLeaseStore leases_;
    SystemClock clock_;
    IsolationEngine engine_;
};

/// Reads this host's files without touching any state of ours; needs no privilege.
[[nodiscard]] Result<std::unique_ptr<HostReader>> open_host_reader();

} // namespace nova_rt
