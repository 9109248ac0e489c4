// The isolation engine: one facade for hook, agent and CLI.
#pragma once

#include "base/domain_uuid.hpp"
#include "base/result.hpp"
#include "isolation/engine_ports.hpp"
#include "isolation/journal.hpp"
#include "isolation/state_repository.hpp"
#include "isolation/transition.hpp"
#include "isolation/transition_report.hpp"
#include "model/change.hpp"
#include "model/finding.hpp"
#include "model/guest_domain.hpp"
#include "model/guest_threads.hpp"
#include "model/lease.hpp"
#include "model/pmd_thread.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace nova_rt {

struct EngineOptions {
    /// How long to wait for the host lock; libvirt waits for the hook meanwhile.
    std::chrono::milliseconds lock_deadline{2000};
};

/// Takes and gives back leases, and keeps every setting at f(baseline, all leases). Every call is
/// idempotent, takes the host lock itself and needs no running agent or libvirt. Calls of several processes
/// serialise; one object is used by one thread at a time.
///
/// A guest whose policy is `required` is refused (ErrorCode::Refused) with host and journal as before; for
/// any other guest everything that went wrong is a Finding and the call succeeds.
class IsolationEngine {
public:
    explicit IsolationEngine(const EnginePorts& ports, EngineOptions options = {})
        : ports_(ports), options_(options), repository_(ports) {}

    /// Takes the guest's lease and applies the host-wide settings. Nothing happens for a guest that is not
    /// realtime or whose policy is off.
    [[nodiscard]] Result<TransitionReport> prepare(const GuestDomain& guest);

    /// The guest's threads exist: places its helper threads and checks its vCPUs. NotFound without a lease.
    [[nodiscard]] Result<TransitionReport> started(const DomainUuid& guest, const GuestThreads& threads);

    /// Gives the guest's lease back. Goes on after a failure, reports it, and can be called again.
    /// Never Refused; an unknown guest is a success without changes.
    [[nodiscard]] Result<TransitionReport> release(const DomainUuid& guest);

    /// Gives back every lease, whether its guest runs or not: an operator's last resort. Like release().
    [[nodiscard]] Result<TransitionReport> release_all();

    /// Releases every lease whose guest is not in `live` (unless it was taken within the last minute or its
    /// QEMU process still runs: `live` was then asked for too early), finishes what a crash or a timeout left
    /// undone, and sweeps the threads of all started guests.
    [[nodiscard]] Result<TransitionReport> reconcile(const std::set<DomainUuid>& live);

    /// What is in force for the guest right now, read from the host. Takes no lock and changes nothing.
    [[nodiscard]] Result<Verification> verify(const GuestDomain& guest) const;
    /// The same for a guest known by its lease. NotFound without one.
    [[nodiscard]] Result<Verification> verify(const DomainUuid& guest) const;

    /// What prepare, release and reconcile would write now; nothing is written or locked.
    [[nodiscard]] Result<TransitionReport> dry_run_prepare(const GuestDomain& guest) const;
    [[nodiscard]] Result<TransitionReport> dry_run_release(const DomainUuid& guest) const;
    [[nodiscard]] Result<TransitionReport> dry_run_release_all() const;
    [[nodiscard]] Result<TransitionReport> dry_run_reconcile(const std::set<DomainUuid>& live) const;

    /// All readable leases; damaged ones and those of another boot are left out.
    [[nodiscard]] Result<std::vector<Lease>> leases() const;
    /// The PMD threads of user-space switches, as they are now.
    [[nodiscard]] std::vector<PmdThread> pmd_threads() const;
    /// The journal, empty when there is none. Corrupt when it is damaged.
    [[nodiscard]] Result<Journal> journal() const;

private:
    using Leases = std::map<DomainUuid, Lease>;

    [[nodiscard]] Result<TransitionReport> apply(const DomainUuid& guest, const std::set<DomainUuid>& sweep,
                                                 IsolationMode mode, std::vector<Finding> findings);
    [[nodiscard]] Result<TransitionReport> settle(TransitionRequest request);
    [[nodiscard]] Result<TransitionReport> prepare_lease(const Lease& lease);
    [[nodiscard]] Status check_started(const Lease& lease) const;
    [[nodiscard]] Result<TransitionReport> preview(const Leases& leases,
                                                   const std::set<DomainUuid>& sweep) const;
    [[nodiscard]] std::set<DomainUuid> to_release(const Leases& leases,
                                                  const std::set<DomainUuid>& live) const;

    EnginePorts ports_;
    EngineOptions options_;
    StateRepository repository_;
};

} // namespace nova_rt
