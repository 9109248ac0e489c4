// Knob: realtime vCPUs in isolated cpuset partitions of their own.
#pragma once

#include "knobs/partition_knob.hpp"

namespace nova_rt {

/// The `vcpuN` cgroup of a realtime vCPU becomes a remote isolated partition (cgroup version 2, Linux 6.7 and
/// later): `cpuset.cpus.exclusive` of every cgroup from the outermost down to it covers the pCPU, then
/// `cpuset.cpus.partition` of it alone becomes `isolated`. The cgroups are those of /proc/TID/cgroup.
/// A vCPU that shares its pCPU with anybody we know of is left alone and reported.
class CgroupPartition final : public PartitionKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] GuestProbe probe(const HostView& view, const std::vector<Lease>& leases,
                                   const HostDemand& demand) const override;
};

} // namespace nova_rt
