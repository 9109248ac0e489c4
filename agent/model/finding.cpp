#include "model/finding.hpp"

namespace nova_rt {

std::string_view to_string(FindingKind kind) {
    switch (kind) {
    case FindingKind::Collision:
        return "collision";
    case FindingKind::NoHousekeepingCpu:
        return "no_housekeeping_cpu";
    case FindingKind::Immovable:
        return "immovable";
    case FindingKind::Pending:
        return "pending";
    case FindingKind::WriteFailed:
        return "write_failed";
    case FindingKind::NotInForce:
        return "not_in_force";
    case FindingKind::ForeignChange:
        return "foreign_change";
    case FindingKind::Gone:
        return "gone";
    case FindingKind::StateUnreadable:
        return "state_unreadable";
    case FindingKind::StateNotWritten:
        return "state_not_written";
    case FindingKind::LockTimeout:
        return "lock_timeout";
    case FindingKind::ThreadDisputed:
        return "thread_disputed";
    case FindingKind::ThreadOnRealtimePcpu:
        return "thread_on_realtime_pcpu";
    case FindingKind::SchedulingWrong:
        return "scheduling_wrong";
    case FindingKind::PmdOnRealtimePcpu:
        return "pmd_on_realtime_pcpu";
    case FindingKind::AffinityWrong:
        return "affinity_wrong";
    case FindingKind::IrqOnRealtimePcpu:
        return "irq_on_realtime_pcpu";
    case FindingKind::RealtimeThrottling:
        return "realtime_throttling";
    case FindingKind::SiblingShared:
        return "sibling_shared";
    case FindingKind::NotExclusive:
        return "not_exclusive";
    case FindingKind::NotTickless:
        return "not_tickless";
    }
    return "unknown";
}

} // namespace nova_rt
