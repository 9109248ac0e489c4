#include "knobs/cgroup_partition.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

constexpr KnobTraits kTraits = {
    .name = "cgroup_partition",
    .summary = "each realtime vCPU has its pCPU to itself: an isolated cpuset partition",
    .criticality = Criticality::Advisory,
    .blast_radius = BlastRadius::Silent,
};

constexpr std::string_view kChildControllersFile = "/cgroup.subtree_control";

using Directories = std::vector<std::string>;

bool is_realtime(Scheduling scheduling) {
    return scheduling.policy == SchedulingPolicy::Fifo || scheduling.policy == SchedulingPolicy::RoundRobin;
}

std::string vcpu_name(VcpuId vcpu) {
    return "vCPU " + std::to_string(vcpu.value);
}

/// Why there are no cpuset files down to the cgroup; nothing when there are.
std::optional<std::string> controller_obstacle(const HostView& view, const Directories& directories) {
    for (const auto& directory : directories) {
        if (!view.files.exists(directory + std::string(kPartitionFile))) {
            return "/" + directory + " has no cpuset files: no cpuset in /" +
                   directory.substr(0, directory.rfind('/')) + std::string(kChildControllersFile);
        }
    }
    return std::nullopt;
}

/// Who else has a claim on these pCPUs; nothing when nobody has.
std::optional<std::string> rival_of(const Lease& guest, VcpuId vcpu, const CpuSet& pins,
                                    const std::vector<Lease>& leases) {
    for (const auto& [other, other_pins] : guest.vcpu_pins) {
        if (other != vcpu && other_pins.intersects(pins)) {
            return vcpu_name(other) + " is pinned there too";
        }
    }
    if (guest.emulator_pins && guest.emulator_pins->is_subset_of(pins)) {
        return "the emulator threads have no other pCPU";
    }
    for (const auto& lease : leases) {
        if (lease.uuid != guest.uuid && pins.intersects(lease.realtime_pcpus | lease.other_pcpus)) {
            return "guest " + quoted(lease.domain_name) + " is pinned there too";
        }
    }
    return std::nullopt;
}

/// Collects what all guests need.
class Partitions {
public:
    Partitions(const HostView& view, const std::vector<Lease>& leases, const HostDemand& demand)
        : view_(view), leases_(leases), demand_(demand), boot_isolated_(boot_isolated_cpus(view)) {}

    void add(const Lease& guest) {
        for (const auto& [vcpu, scheduling] : guest.vcpu_scheduling) {
            const auto pins = guest.vcpu_pins.find(vcpu);
            const auto thread = guest.threads->vcpus.find(vcpu);
            const bool known = pins != guest.vcpu_pins.end() && thread != guest.threads->vcpus.end();
            if (is_realtime(scheduling) && known && !pins->second.intersects(boot_isolated_)) {
                add_vcpu(guest, vcpu, pins->second, thread->second);
            }
        }
    }

    [[nodiscard]] GuestProbe take() {
        for (const auto& [directory, need] : exclusive_) {
            add_target(Setting::attribute(directory + std::string(kExclusiveFile), ValueFormat::CpuList),
                       need.cpus.to_cpulist(), need.owner);
        }
        for (const auto& [directory, owner] : partitions_) {
            add_target(Setting::attribute(directory + std::string(kPartitionFile), ValueFormat::Partition),
                       std::string(kIsolatedPartition), owner);
        }
        return std::move(probe_);
    }

private:
    struct Need {
        CpuSet cpus;
        std::optional<DomainUuid> owner;
    };

    void add_vcpu(const Lease& guest, VcpuId vcpu, const CpuSet& pins, Tid tid) {
        const auto cgroup = vcpu_cgroup(view_, tid);
        if (!cgroup && cgroup.error().code() == ErrorCode::NotFound) {
            return; // unplugged meanwhile
        }
        const bool too_old = cgroup && cgroup->is_unified() && !has_exclusive_file(cgroup->directories);
        if (too_old) {
            return; // scope_partition's
        }
        const auto obstacle =
            cgroup ? obstacle_of(guest, vcpu, pins, *cgroup) : std::optional(cgroup.error().message());
        if (obstacle) {
            probe_.findings.push_back(no_partition(guest, vcpu_name(vcpu), pins, *obstacle));
            return;
        }
        const Directories& directories = cgroup->directories;
        for (const auto& directory : directories) {
            exclusive_[directory].cpus |= pins;
        }
        exclusive_[directories.back()].owner = guest.uuid;
        partitions_.emplace(directories.back(), guest.uuid);
    }

    [[nodiscard]] std::optional<std::string> obstacle_of(const Lease& guest, VcpuId vcpu, const CpuSet& pins,
                                                         const VcpuCgroup& cgroup) const {
        const Directories& directories = cgroup.directories;
        if (!cgroup.is_unified()) {
            return "cgroup version 1 governs its CPUs";
        }
        if (directories.empty()) {
            return "its thread is in the root cgroup";
        }
        if (auto obstacle = controller_obstacle(view_, directories)) {
            return obstacle;
        }
        if (!pins.is_subset_of(demand_.isolated)) {
            return "pCPUs " + (pins - demand_.isolated).to_cpulist() + " are offline or keep the host's work";
        }
        if (auto rival = rival_of(guest, vcpu, pins, leases_)) {
            return rival;
        }
        const CpuSet cpus = read_cpus(view_, directories.back() + std::string(kCpusFile));
        if (cpus != pins) {
            return "/" + directories.back() + std::string(kCpusFile) + " reads " + quoted(cpus.to_cpulist()) +
                   ": pinned anew behind nova-rt's back";
        }
        return std::nullopt;
    }

    /// Without cpuset files at all the kernel's age is not known.
    [[nodiscard]] bool has_exclusive_file(const Directories& directories) const {
        return directories.empty() || !view_.files.exists(directories.back() + std::string(kPartitionFile)) ||
               view_.files.exists(directories.back() + std::string(kExclusiveFile));
    }

    void add_target(Setting setting, std::string wanted, std::optional<DomainUuid> owner) {
        if (auto target = guest_target(view_, std::move(setting), std::move(wanted), owner)) {
            probe_.targets.push_back(*std::move(target));
        }
    }

    const HostView& view_;
    const std::vector<Lease>& leases_;
    const HostDemand& demand_;
    CpuSet boot_isolated_;
    std::map<std::string, Need> exclusive_;
    std::map<std::string, DomainUuid> partitions_;
    GuestProbe probe_;
};

} // namespace

const KnobTraits& CgroupPartition::traits() const {
    return kTraits;
}

GuestProbe CgroupPartition::probe(const HostView& view, const std::vector<Lease>& leases,
                                  const HostDemand& demand) const {
    Partitions partitions(view, leases, demand);
    for (const auto& lease : leases) {
        if (lease.stage == LeaseStage::Started && is_alive(view, lease)) {
            partitions.add(lease);
        }
    }
    return partitions.take();
}

} // namespace nova_rt
