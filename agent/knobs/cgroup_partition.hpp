// Knob: realtime vCPUs in isolated cpuset partitions of their own.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// The `vcpuN` cgroup of a realtime vCPU becomes a remote isolated partition (cgroup version 2, Linux 6.7 and
/// later): `cpuset.cpus.exclusive` of every cgroup from the outermost down to it covers the pCPU, then
/// `cpuset.cpus.partition` of it alone becomes `isolated`. The cgroups are those of /proc/TID/cgroup.
/// A vCPU that shares its pCPU with anybody we know of is left alone and reported.
class CgroupPartition final : public GuestKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] GuestProbe probe(const HostView& view, const std::vector<Lease>& leases,
                                   const HostDemand& demand) const override;
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const std::string& wanted) const override;
    [[nodiscard]] ChangePhase phase(const Setting& setting, const std::string& before,
                                    const std::string& after) const override;
    /// A partition is dissolved while its own exclusive CPUs change.
    [[nodiscard]] bool rests_on(const Setting& setting, const Setting& changed) const override;
    /// The CPUs in force of the isolated partitions that the guest's realtime vCPUs are in, whoever made
    /// them.
    [[nodiscard]] CpuSet exclusive_pcpus(const HostView& view, const Lease& guest) const override;
};

} // namespace nova_rt
