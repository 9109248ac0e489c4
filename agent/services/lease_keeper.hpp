// Keeps leases and running guests in step, whatever the hook did or did not do.
#pragma once

#include "isolation/isolation_engine.hpp"
#include "ports/clock.hpp"
#include "ports/host_reader.hpp"
#include "services/guest_catalogue.hpp"

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nova_rt {

struct LeaseKeeperOptions {
    std::string libvirt_status_directory = "run/libvirt/qemu"; ///< below the reader's root
    /// How long a running guest may be without a started lease before the hook counts as missed: libvirt
    /// shows a guest as active before the hook's `started`, and for a moment after its `release`.
    std::chrono::milliseconds hook_grace{3000};
    std::chrono::milliseconds retry_period{60000}; ///< after a failed attempt to make up for the hook
};

/// What the keeper did and could not do.
struct KeeperReport {
    std::uint64_t pass = 0;                    ///< grows with every pass
    std::vector<Finding> findings;             ///< of the transitions of this pass
    std::size_t changes = 0;                   ///< settings written
    std::string error;                         ///< why leases could not be reconciled; empty when they were
    std::set<DomainUuid> hook_missed;          ///< guests for which the hook did not fire, while they run
    std::map<DomainUuid, std::string> refused; ///< guests whose lease could not be taken afterwards
};

/// Whether the list of guests may be acted upon: a hung libvirt tells what was, not what is.
enum class GuestList { Fresh, Stale };

class LeaseKeeper {
public:
    LeaseKeeper(IsolationEngine& engine, const HostReader& reader, const Clock& clock,
                LeaseKeeperOptions options)
        : engine_(engine), reader_(reader), clock_(clock), options_(std::move(options)) {}

    /// Releases what belongs to no running guest, sweeps the threads of those that run, and takes leases for
    /// guests without one or pinned anew since. With a stale list it repairs what leases ask for, and neither
    /// takes nor releases any.
    [[nodiscard]] KeeperReport keep(const std::vector<KnownGuest>& guests, GuestList list);

    /// Whether a guest waits for its grace to end: look again soon.
    [[nodiscard]] bool is_waiting() const { return !waiting_.empty(); }

private:
    void reconcile(const std::set<DomainUuid>& live, KeeperReport& report);
    void make_up_for_hook(const KnownGuest& known, const std::map<DomainUuid, Lease>& leases,
                          KeeperReport& report);
    [[nodiscard]] bool is_due(const DomainUuid& guest);
    [[nodiscard]] Result<TransitionReport> take_lease(const GuestDomain& guest, bool has_lease);
    void forget_all_but(const std::vector<KnownGuest>& guests);

    using Moment = std::chrono::steady_clock::time_point;

    IsolationEngine& engine_;
    const HostReader& reader_;
    const Clock& clock_;
    LeaseKeeperOptions options_;
    std::map<DomainUuid, Moment> waiting_; ///< since when a guest is without a started lease
    std::map<DomainUuid, Moment> retry_at_;
    std::map<DomainUuid, std::string> refused_;
    std::set<DomainUuid> hook_missed_;
    std::uint64_t pass_ = 0;
};

} // namespace nova_rt
