// A difference between what a setting reads and what it shall read.
#pragma once

#include "base/domain_uuid.hpp"
#include "model/setting.hpp"

#include <optional>
#include <string>

namespace nova_rt {

/// When a setting is written within one transition; lower phases first. What guests no longer need is taken
/// down before anything else, and a partition is made when everything that belongs elsewhere has left.
enum class ChangePhase {
    Dissolve, ///< a cpuset partition becomes an ordinary cgroup
    Withdraw, ///< a cgroup's claim on exclusive CPUs shrinks; the deepest cgroup first
    HostWide,
    ThreadCgroup,
    ThreadPolicy,
    ThreadMask,
    Exclusive, ///< a cgroup's claim on exclusive CPUs grows; the outermost cgroup first
    Partition, ///< a cgroup becomes a cpuset partition
    Aftermath, ///< affinities of kernel threads: the kernel changes them when a partition comes or goes
};

/// What a failed write means for a guest whose policy is `required`.
enum class Criticality {
    Advisory, ///< reported
    Critical, ///< the guest is refused and the transition rolled back
};

/// One write that was made, or would be.
struct Change {
    Setting setting;
    std::string knob;
    std::string before;
    std::string after;
    ChangePhase phase = ChangePhase::HostWide;
    Criticality criticality = Criticality::Advisory;
    std::optional<DomainUuid> owner; ///< the guest whose thread it is; none for host-wide settings

    friend bool operator==(const Change&, const Change&) = default;
};

/// "/proc/irq/24/smp_affinity_list: 0-1 -> 0".
[[nodiscard]] std::string describe(const Change& change);

} // namespace nova_rt
