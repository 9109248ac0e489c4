// Makes the status document: what libvirt runs, what was promised, and what the kernel says.
#pragma once

#include "isolation/isolation_engine.hpp"
#include "model/status.hpp"
#include "ports/clock.hpp"
#include "ports/domain_inventory.hpp"
#include "ports/host_reader.hpp"
#include "services/check_report.hpp"
#include "services/guest_catalogue.hpp"
#include "services/lease_keeper.hpp"
#include "services/thread_report.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

struct StatusOptions {
    std::string agent_version;
    NovaCpuSets nova;
    std::vector<CheckResult> fixed_checks; ///< about the configuration; published as they are
    /// A full verification (interrupts, workqueues, helper threads) at least this often; threads are looked
    /// at in every pass.
    std::chrono::milliseconds full_period{5000};
    LeaseKeeperOptions keeper;
};

/// References only: whoever wires the service keeps them alive.
struct StatusPorts {
    const HostReader& reader;
    const ThreadLister& lister;
    const ThreadControl& threads;
    const Clock& clock;
    const DomainInventory& inventory;
    IsolationEngine& engine;
};

/// Used by one thread. Places for the interference ledger, the latency service and drift attribution are
/// beside verify_guests().
class StatusService {
public:
    StatusService(const StatusPorts& ports, StatusOptions options);

    /// One pass. Looks at every guest's threads; reconciles and verifies everything when libvirt said
    /// something new, a thread changed, or the full period has passed. Without a fresh answer of libvirt
    /// nothing is reconciled. The generation is 0: the publisher counts.
    [[nodiscard]] StatusDocument refresh();

    /// Whether a pass has seen an answer of libvirt and verified every guest in it.
    [[nodiscard]] bool has_verified() const { return has_verified_; }

    /// Whether a guest is between two states (started, lease not complete): look again soon.
    [[nodiscard]] bool is_settling() const { return keeper_.is_waiting(); }

    /// What the last full pass wrote to the host, for the log.
    [[nodiscard]] const KeeperReport& last_keeping() const { return keeping_; }

private:
    using ThreadMap = std::map<DomainUuid, std::vector<ThreadStatus>>;

    [[nodiscard]] bool needs_full_pass(const DomainSnapshot& snapshot, const ThreadMap& threads) const;
    [[nodiscard]] ThreadMap read_threads(const std::vector<KnownGuest>& guests);
    void run_full_pass(const DomainSnapshot& snapshot, const std::vector<KnownGuest>& guests);
    void read_leases();
    void verify_guests(const std::vector<KnownGuest>& guests);
    [[nodiscard]] GuestStatus describe_guest(const KnownGuest& known, const ThreadMap& threads) const;
    void read_host(StatusDocument& status, const std::vector<GuestDomain>& guests);
    [[nodiscard]] std::vector<CheckStatus> run_checks(const StatusDocument& status,
                                                      const DomainSnapshot& snapshot);

    StatusPorts ports_;
    StatusOptions options_;
    GuestCatalogue catalogue_;
    LeaseKeeper keeper_;
    bool has_verified_ = false;
    std::uint64_t last_sequence_ = 0;
    std::optional<std::chrono::steady_clock::time_point> last_full_pass_;
    ThreadMap last_threads_;
    ThreadMap helper_threads_;
    KeeperReport keeping_;
    std::map<DomainUuid, Lease> leases_;
    std::map<DomainUuid, GuestThreads> guest_threads_; ///< of guests without a started lease
    std::map<DomainUuid, Result<Verification>> verifications_;
    std::vector<CpuStatus> census_;
    std::string census_error_;
    std::vector<PmdThread> pmds_;
    std::vector<CpuIrqStatus> irqs_;
    JournalStatus journal_;
    std::set<IrqNumber> immovable_;
};

} // namespace nova_rt
