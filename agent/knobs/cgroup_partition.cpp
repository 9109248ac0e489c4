#include "knobs/cgroup_partition.hpp"

#include "base/text.hpp"
#include "knobs/cgroup_location.hpp"

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

constexpr std::string_view kPartitionFile = "/cpuset.cpus.partition";
constexpr std::string_view kExclusiveFile = "/cpuset.cpus.exclusive";
constexpr std::string_view kCpusFile = "/cpuset.cpus";
constexpr std::string_view kEffectiveFile = "/cpuset.cpus.effective";
constexpr std::string_view kChildControllersFile = "/cgroup.subtree_control";
/// HK_TYPE_DOMAIN of the boot: isolcpus=domain.
constexpr const char* kBootIsolated = "sys/devices/system/cpu/isolated";
constexpr std::string_view kIsolated = "isolated";
constexpr std::string_view kMember = "member";

using Directories = std::vector<std::string>;

CpuSet read_cpus(const HostView& view, const std::string& path) {
    const auto text = view.files.read(path);
    const auto cpus = text ? CpuSet::from_cpulist(*text) : Result<CpuSet>(CpuSet());
    return cpus ? *cpus : CpuSet();
}

bool is_realtime(Scheduling scheduling) {
    return scheduling.policy == SchedulingPolicy::Fifo || scheduling.policy == SchedulingPolicy::RoundRobin;
}

std::string vcpu_name(VcpuId vcpu) {
    return "vCPU " + std::to_string(vcpu.value);
}

/// The cgroup's directories below the host root, from below the hierarchy's root down to the cgroup itself.
Directories directories_of(const std::string& mount, const CgroupLocation& location) {
    Directories directories;
    std::string directory = mount;
    for (const auto name : split(location.path, '/')) {
        if (!name.empty()) {
            directory += "/" + std::string(name);
            directories.push_back(directory);
        }
    }
    return directories;
}

/// Why the kernel has no remote partition to offer there; nothing when it has.
std::optional<std::string> kernel_obstacle(const HostView& view, const Directories& directories) {
    for (std::size_t depth = 0; depth < directories.size(); ++depth) {
        if (view.files.exists(directories[depth] + std::string(kPartitionFile))) {
            continue;
        }
        const auto slash = directories[depth].rfind('/');
        return "/" + directories[depth] + " has no cpuset files: no cpuset in /" +
               directories[depth].substr(0, slash) + std::string(kChildControllersFile);
    }
    if (!view.files.exists(directories.back() + std::string(kExclusiveFile))) {
        return "the kernel has no cpuset.cpus.exclusive (Linux 6.7)";
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

/// Whether what the attribute reads gives the guests what they need of it.
bool covers(const Setting& setting, const std::string& value, const std::string& wanted) {
    if (setting.format == ValueFormat::Partition) {
        return value == wanted;
    }
    const auto cpus = CpuSet::from_cpulist(value);
    const auto needed = CpuSet::from_cpulist(wanted);
    return cpus && needed && needed->is_subset_of(*cpus);
}

/// Collects what all guests need.
class Partitions {
public:
    Partitions(const HostView& view, const std::vector<Lease>& leases, const HostDemand& demand)
        : view_(view), leases_(leases), demand_(demand), boot_isolated_(read_cpus(view, kBootIsolated)) {}

    void add(const Lease& guest) {
        const auto qemu = view_.lister.thread(Tid{guest.threads->qemu.value});
        if (!qemu || qemu->identity.start_time != guest.threads->start_time) {
            return; // ended, or the id belongs to another process by now
        }
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
                       std::string(kIsolated), owner);
        }
        return std::move(probe_);
    }

private:
    struct Need {
        CpuSet cpus;
        std::optional<DomainUuid> owner;
    };

    void add_vcpu(const Lease& guest, VcpuId vcpu, const CpuSet& pins, Tid tid) {
        const auto location = cgroup_location(view_.files, tid);
        if (!location) {
            return; // unplugged meanwhile
        }
        const auto mount = cgroup_mount(view_.files, location->hierarchy);
        const auto directories = mount ? directories_of(*mount, *location) : Directories();
        const auto obstacle = mount ? obstacle_of(guest, vcpu, pins, *location, directories)
                                    : std::optional(mount.error().message());
        if (obstacle) {
            probe_.findings.push_back({.kind = FindingKind::NotExclusive,
                                       .severity = Finding::Severity::Warning,
                                       .subject = "pCPUs " + pins.to_cpulist(),
                                       .text = "no isolated partition for " + vcpu_name(vcpu) + " on pCPUs " +
                                               pins.to_cpulist() + ": " + *obstacle,
                                       .guest = guest.uuid});
            return;
        }
        for (const auto& directory : directories) {
            exclusive_[directory].cpus |= pins;
        }
        exclusive_[directories.back()].owner = guest.uuid;
        partitions_.emplace(directories.back(), guest.uuid);
    }

    [[nodiscard]] std::optional<std::string> obstacle_of(const Lease& guest, VcpuId vcpu, const CpuSet& pins,
                                                         const CgroupLocation& location,
                                                         const Directories& directories) const {
        if (location.hierarchy != "unified") {
            return "cgroup version 1 governs its CPUs";
        }
        if (directories.empty()) {
            return "its thread is in the root cgroup";
        }
        if (auto obstacle = kernel_obstacle(view_, directories)) {
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

    /// An attribute that is gone by now needs nothing.
    void add_target(Setting setting, std::string wanted, std::optional<DomainUuid> owner) {
        auto value = view_.files.read(setting.path);
        if (value) {
            const bool in_force = covers(setting, *value, wanted);
            probe_.targets.push_back({.setting = std::move(setting),
                                      .value = *std::move(value),
                                      .wanted = std::move(wanted),
                                      .in_force = in_force,
                                      .owner = owner});
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
        if (lease.stage == LeaseStage::Started && lease.threads) {
            partitions.add(lease);
        }
    }
    return partitions.take();
}

std::string CgroupPartition::desired(const Setting& setting, const std::string& baseline,
                                     const std::string& wanted) const {
    if (setting.format == ValueFormat::Partition) {
        return baseline == kMember ? wanted : baseline;
    }
    const auto own = CpuSet::from_cpulist(baseline);
    const auto needed = CpuSet::from_cpulist(wanted);
    return own && needed ? (*own | *needed).to_cpulist() : baseline;
}

ChangePhase CgroupPartition::phase(const Setting& setting, const std::string& before,
                                   const std::string& after) const {
    if (setting.format == ValueFormat::Partition) {
        return after == kIsolated ? ChangePhase::Partition : ChangePhase::Dissolve;
    }
    const auto old_cpus = CpuSet::from_cpulist(before);
    const auto new_cpus = CpuSet::from_cpulist(after);
    return old_cpus && new_cpus && new_cpus->is_subset_of(*old_cpus) ? ChangePhase::Withdraw
                                                                     : ChangePhase::Exclusive;
}

bool CgroupPartition::rests_on(const Setting& setting, const Setting& changed) const {
    const std::string_view path = setting.path;
    return setting.format == ValueFormat::Partition &&
           changed.path == std::string(path.substr(0, path.rfind('/'))) + std::string(kExclusiveFile);
}

CpuSet CgroupPartition::exclusive_pcpus(const HostView& view, const Lease& guest) const {
    CpuSet pcpus;
    for (const auto& [vcpu, tid] : guest.threads ? guest.threads->vcpus : std::map<VcpuId, Tid>()) {
        const auto pins = guest.vcpu_pins.find(vcpu);
        const auto location = cgroup_location(view.files, tid);
        const auto mount = location ? cgroup_mount(view.files, location->hierarchy)
                                    : Result<std::string>(fail(location.error()));
        if (pins == guest.vcpu_pins.end() || !mount) {
            continue;
        }
        for (const auto& directory : directories_of(*mount, *location)) {
            const auto state = view.files.read(directory + std::string(kPartitionFile));
            if (state && *state == kIsolated) {
                pcpus |= read_cpus(view, directory + std::string(kEffectiveFile)) & pins->second;
            }
        }
    }
    return pcpus & guest.realtime_pcpus;
}

} // namespace nova_rt
