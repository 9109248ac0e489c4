// Knob: a realtime guest in an isolated cpuset partition of its own, on kernels without remote partitions.
#pragma once

#include "knobs/partition_knob.hpp"

namespace nova_rt {

/// The pCPUs of a prepared node that no guest shares: a cpulist, written by `nova-rt node prepare`.
inline constexpr const char* kPreparedNodeFile = "run/nova-rt/private/dedicated-pcpus";

/// Linux 6.1 to 6.6, cgroup version 2, on a prepared node: libvirt's slice is a partition root, and the
/// guest's scope becomes an isolated partition of it with all pCPUs of the guest. Only a guest that shares
/// none of them with anybody: others would lose what they are pinned to.
class ScopePartition final : public PartitionKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] GuestProbe probe(const HostView& view, const std::vector<Lease>& leases,
                                   const HostDemand& demand) const override;
};

} // namespace nova_rt
