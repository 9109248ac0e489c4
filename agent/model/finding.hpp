// Something an operator should know about a guest's isolation.
#pragma once

#include "base/domain_uuid.hpp"
#include "model/guest_domain.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// What was found. The kind is for programs, Finding::text for people.
enum class FindingKind {
    Collision,            ///< two guests claim one pCPU
    NoHousekeepingCpu,    ///< all CPUs are leased; one of them keeps the host's work
    Immovable,            ///< the kernel refuses to move it (a managed IRQ)
    Pending,              ///< written, in force only after the next event (an IRQ's effective affinity lags)
    WriteFailed,          ///< a write failed
    NotInForce,           ///< a write succeeded and the setting reads something else
    ForeignChange,        ///< somebody else changed what we had written; the value was kept
    Gone,                 ///< the setting vanished (IRQ freed, thread ended)
    StateUnreadable,      ///< journal or lease damaged, of another boot or version
    StateNotWritten,      ///< journal or lease could not be stored
    LockTimeout,          ///< the host lock was busy; the holder or the agent applies the lease
    ThreadDisputed,       ///< libvirt and /proc disagree about a thread; nothing was done to it
    ThreadOnRealtimePcpu, ///< a thread that is no vCPU may run on a realtime pCPU
    SchedulingWrong,      ///< a vCPU does not have the policy or priority its XML promises
    PmdOnRealtimePcpu,    ///< a polling thread of a user-space switch is bound to a realtime pCPU
    AffinityWrong,        ///< a vCPU is not pinned as its XML promises
    IrqOnRealtimePcpu,    ///< a movable IRQ may arrive on a realtime pCPU
    RealtimeThrottling,   ///< the kernel may throttle SCHED_FIFO threads
    SiblingShared,        ///< a thread sibling of a realtime pCPU belongs to another guest
    NotExclusive,         ///< no isolated partition and no isolcpus=domain
    NotTickless,          ///< not in nohz_full
};

[[nodiscard]] std::string_view to_string(FindingKind kind);

struct Finding {
    enum class Severity { Info, Warning, Error };

    FindingKind kind = FindingKind::WriteFailed;
    Severity severity = Severity::Warning;
    std::string subject;             ///< the setting, thread or pCPUs it is about
    std::string text;                ///< what was found, with the cause
    std::optional<DomainUuid> guest; ///< the guest concerned, none when it is the host

    friend bool operator==(const Finding&, const Finding&) = default;
};

/// The isolation a guest has, and what keeps it from a better grade.
struct Verification {
    Grade grade = Grade::F;
    std::vector<Finding> findings;
};

} // namespace nova_rt
