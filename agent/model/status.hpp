// What the agent publishes and everybody else reads: one immutable document about this node.
#pragma once

#include "base/cpu_set.hpp"
#include "base/domain_uuid.hpp"
#include "base/ids.hpp"
#include "model/guest_domain.hpp"
#include "model/lease.hpp"
#include "model/pmd_thread.hpp"
#include "model/scheduling.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// The shape of the published JSON. A reader refuses another number; adding a field keeps it.
inline constexpr unsigned kStatusSchemaVersion = 1;

using TimePoint = std::chrono::system_clock::time_point;

/// Ordered: the worse compares greater. Names as in application/health+json.
enum class CheckState { Pass, Warn, Fail };

/// What a pCPU is for.
enum class CpuClass {
    Housekeeping, ///< in none of Nova's sets and used by no realtime guest
    Shared,       ///< Nova's cpu_shared_set
    Dedicated,    ///< Nova's cpu_dedicated_set, or a guest without realtime vCPUs is pinned to it
    Realtime,     ///< a running guest's realtime vCPU is pinned to it
    Pmd,          ///< a user-space switch's PMD thread polls on it, and no realtime vCPU is pinned to it
    Other,        ///< offline
};

/// libvirt's virDomainState.
enum class DomainState { NoState, Running, Blocked, Paused, ShuttingDown, ShutOff, Crashed, Suspended };

/// What a thread of a guest is for.
enum class ThreadRole { Vcpu, Emulator, IoThread, Vhost, KernelHelper };

/// One deviation, told so that an operator can act on it. Carries no tenant text but thread names. The kind
/// is a text so that an older reader can show what a newer agent found.
struct ReportedFinding {
    std::string kind; ///< closed set, see FindingKind and kinds of the agent's own: "hook_did_not_fire"
    CheckState severity = CheckState::Fail; ///< Pass: information only
    std::string subject;                    ///< what it is about: "vcpu 2", "irq 24"
    std::string text;                       ///< what, expected, seen, consequence

    friend bool operator==(const ReportedFinding&, const ReportedFinding&) = default;
};

/// Who wrote the document, and on which boot.
struct NodeStatus {
    std::string hostname;
    std::string boot_id;
    std::string kernel; ///< uname -r
    std::string agent_version;

    friend bool operator==(const NodeStatus&, const NodeStatus&) = default;
};

struct CpuStatus {
    PcpuId id;
    bool online = true;
    std::optional<unsigned> package;
    std::optional<unsigned> core;
    CpuSet siblings; ///< this CPU included; empty when unknown
    std::optional<HostCellId> cell;
    CpuClass cpu_class = CpuClass::Other;
    std::optional<DomainUuid> guest; ///< the guest with a vCPU pinned here; the first by UUID on a collision
    std::optional<VcpuId> vcpu;

    friend bool operator==(const CpuStatus&, const CpuStatus&) = default;
};

/// A thread as the kernel reports it, not as it was asked for.
struct ThreadStatus {
    Tid tid;
    ThreadRole role = ThreadRole::Emulator;
    std::optional<unsigned> index; ///< vCPU or IOThread number
    std::string comm;
    CpuSet affinity;
    Scheduling scheduling;
    std::vector<ReportedFinding> findings;

    friend bool operator==(const ThreadStatus&, const ThreadStatus&) = default;
};

struct LeaseStatus {
    LeaseStage stage = LeaseStage::Prepared;
    CpuSet realtime_pcpus;

    friend bool operator==(const LeaseStatus&, const LeaseStatus&) = default;
};

struct GuestStatus {
    DomainUuid uuid;
    std::string name; ///< libvirt's name, never the tenant's display name
    DomainState state = DomainState::NoState;
    unsigned vcpu_count = 0;
    CpuSet realtime_vcpus;
    CpuSet realtime_pcpus;
    std::map<VcpuId, CpuSet> vcpu_pins;
    IsolationPolicy policy;
    std::optional<LeaseStatus> lease;
    std::optional<Grade> grade; ///< none for a guest that did not ask for isolation
    std::vector<std::string> grade_causes;
    std::vector<ThreadStatus> threads;
    std::vector<ReportedFinding> findings; ///< about the guest as a whole

    [[nodiscard]] bool is_realtime() const { return !realtime_vcpus.empty(); }

    friend bool operator==(const GuestStatus&, const GuestStatus&) = default;
};

struct IrqReference {
    IrqNumber irq;
    std::string name; ///< the handlers' names, may be empty

    friend bool operator==(const IrqReference&, const IrqReference&) = default;
};

/// The interrupts that may be delivered to one realtime pCPU.
struct CpuIrqStatus {
    PcpuId cpu;
    std::vector<IrqReference> movable;   ///< should not be here: could have been moved
    std::vector<IrqReference> immovable; ///< the kernel refuses to move them

    friend bool operator==(const CpuIrqStatus&, const CpuIrqStatus&) = default;
};

/// Guests that claim the same pCPUs, at least one of them with a realtime vCPU; or a single realtime guest
/// whose pCPUs a switch polls.
struct CollisionStatus {
    CpuSet pcpus;
    std::vector<DomainUuid> domains;
    std::string message;

    friend bool operator==(const CollisionStatus&, const CollisionStatus&) = default;
};

/// One named check; the set of names is closed (docs: METRICS.md).
struct CheckStatus {
    std::string name;
    CheckState state = CheckState::Pass;
    TimePoint time;     ///< when it last ran
    std::string output; ///< empty on pass

    friend bool operator==(const CheckStatus&, const CheckStatus&) = default;
};

struct JournalStatus {
    std::size_t leases = 0;
    std::size_t baselines = 0;        ///< attributes that will be given back
    std::size_t uncommitted = 0;      ///< intents without a commit: a transition was cut short
    std::optional<std::string> error; ///< why it cannot be read

    friend bool operator==(const JournalStatus&, const JournalStatus&) = default;
};

/// Nova's CPU sets, where nova.conf names them.
struct NovaCpuSets {
    std::optional<CpuSet> dedicated;
    std::optional<CpuSet> shared;

    friend bool operator==(const NovaCpuSets&, const NovaCpuSets&) = default;
};

struct StatusDocument {
    std::uint64_t generation = 0; ///< grows whenever anything but the times changes, over restarts too
    TimePoint generated_at;
    std::optional<TimePoint> domains_as_of; ///< when libvirt last answered; none: not yet
    NodeStatus node;
    NovaCpuSets nova;
    std::vector<CpuStatus> cpus;      ///< ascending by id
    std::vector<PmdThread> pmds;      ///< ascending by pCPU and thread
    std::vector<GuestStatus> domains; ///< ascending by uuid
    std::vector<CpuIrqStatus> irqs;   ///< one per realtime pCPU, ascending
    std::vector<CollisionStatus> collisions;
    std::vector<CheckStatus> checks; ///< ascending by name
    JournalStatus journal;

    /// The worst check.
    [[nodiscard]] CheckState state() const;
    /// Whether both say the same, times and generation left aside.
    [[nodiscard]] bool says_the_same_as(const StatusDocument& other) const;

    friend bool operator==(const StatusDocument&, const StatusDocument&) = default;
};

/// "2026-11-22T00:30:00.123Z".
[[nodiscard]] std::string to_iso8601(TimePoint time);
/// The reverse, for exactly that form (the fraction may be absent); none for anything else.
[[nodiscard]] std::optional<TimePoint> from_iso8601(std::string_view text);

} // namespace nova_rt
