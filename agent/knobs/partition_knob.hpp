// What the knobs that make cpuset partitions have in common.
#pragma once

#include "knobs/cgroup_location.hpp"
#include "knobs/knob.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

inline constexpr std::string_view kPartitionFile = "/cpuset.cpus.partition";
inline constexpr std::string_view kExclusiveFile = "/cpuset.cpus.exclusive";
inline constexpr std::string_view kCpusFile = "/cpuset.cpus";
inline constexpr std::string_view kEffectiveFile = "/cpuset.cpus.effective";
inline constexpr std::string_view kIsolatedPartition = "isolated";

/// How a partition's settings follow from what guests need: CPU lists are what was there plus what is needed,
/// an ordinary cgroup becomes a partition; what is taken down comes first.
class PartitionKnob : public GuestKnob {
public:
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const std::string& wanted) const override;
    [[nodiscard]] ChangePhase phase(const Setting& setting, const std::string& before,
                                    const std::string& after) const override;
    /// A partition is dissolved while its own CPUs change.
    [[nodiscard]] bool rests_on(const Setting& setting, const Setting& changed) const override;
    /// The CPUs in force of the isolated partitions that the guest's realtime vCPUs are in, whoever made
    /// them.
    [[nodiscard]] CpuSet exclusive_pcpus(const HostView& view, const Lease& guest) const override;
};

/// Where a vCPU's thread is: its cgroup and the directories that lead to it.
struct VcpuCgroup {
    CgroupLocation location;
    std::vector<std::string> directories;

    [[nodiscard]] bool is_unified() const { return location.hierarchy == "unified"; }
};

/// NotFound when the thread is gone.
[[nodiscard]] Result<VcpuCgroup> vcpu_cgroup(const HostView& view, Tid thread);

/// Whether QEMU still is the process it was when the lease was taken.
[[nodiscard]] bool is_alive(const HostView& view, const Lease& guest);

/// Empty for a file that is gone or says no CPUs.
[[nodiscard]] CpuSet read_cpus(const HostView& view, const std::string& path);

/// The CPUs of isolcpus=domain: no partition is needed there.
[[nodiscard]] CpuSet boot_isolated_cpus(const HostView& view);

/// Nothing when the attribute is gone by now.
[[nodiscard]] std::optional<GuestTarget> guest_target(const HostView& view, Setting setting,
                                                      std::string wanted, std::optional<DomainUuid> owner);

[[nodiscard]] Finding no_partition(const Lease& guest, const std::string& whom, const CpuSet& pcpus,
                                   const std::string& why);

} // namespace nova_rt
