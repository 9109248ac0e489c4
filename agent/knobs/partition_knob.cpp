#include "knobs/partition_knob.hpp"

#include "base/text.hpp"

#include <map>
#include <utility>

namespace nova_rt {

namespace {

/// HK_TYPE_DOMAIN of the boot.
constexpr const char* kBootIsolated = "sys/devices/system/cpu/isolated";
constexpr std::string_view kMember = "member";

/// Whether what the attribute reads gives the guests what they need of it.
bool covers(const Setting& setting, const std::string& value, const std::string& wanted) {
    if (setting.format == ValueFormat::Partition) {
        return value == wanted;
    }
    const auto cpus = CpuSet::from_cpulist(value);
    const auto needed = CpuSet::from_cpulist(wanted);
    return cpus && needed && needed->is_subset_of(*cpus);
}

} // namespace

std::string PartitionKnob::desired(const Setting& setting, const std::string& baseline,
                                   const std::string& wanted) const {
    if (setting.format == ValueFormat::Partition) {
        return baseline == kMember ? wanted : baseline;
    }
    const auto own = CpuSet::from_cpulist(baseline);
    const auto needed = CpuSet::from_cpulist(wanted);
    return own && needed ? (*own | *needed).to_cpulist() : baseline;
}

ChangePhase PartitionKnob::phase(const Setting& setting, const std::string& before,
                                 const std::string& after) const {
    if (setting.format == ValueFormat::Partition) {
        return after == kIsolatedPartition ? ChangePhase::Partition : ChangePhase::Dissolve;
    }
    const auto old_cpus = CpuSet::from_cpulist(before);
    const auto new_cpus = CpuSet::from_cpulist(after);
    return old_cpus && new_cpus && new_cpus->is_subset_of(*old_cpus) ? ChangePhase::Withdraw
                                                                     : ChangePhase::Exclusive;
}

bool PartitionKnob::rests_on(const Setting& setting, const Setting& changed) const {
    const std::string_view path = setting.path;
    const std::string directory(path.substr(0, path.rfind('/')));
    return setting.format == ValueFormat::Partition &&
           (changed.path == directory + std::string(kExclusiveFile) ||
            changed.path == directory + std::string(kCpusFile));
}

CpuSet PartitionKnob::exclusive_pcpus(const HostView& view, const Lease& guest) const {
    CpuSet pcpus;
    for (const auto& [vcpu, tid] : guest.threads ? guest.threads->vcpus : std::map<VcpuId, Tid>()) {
        const auto pins = guest.vcpu_pins.find(vcpu);
        const auto cgroup = vcpu_cgroup(view, tid);
        if (pins == guest.vcpu_pins.end() || !cgroup) {
            continue;
        }
        for (const auto& directory : cgroup->directories) {
            const auto state = view.files.read(directory + std::string(kPartitionFile));
            if (state && *state == kIsolatedPartition) {
                pcpus |= read_cpus(view, directory + std::string(kEffectiveFile)) & pins->second;
            }
        }
    }
    return pcpus & guest.realtime_pcpus;
}

Result<VcpuCgroup> vcpu_cgroup(const HostView& view, Tid thread) {
    NOVA_RT_TRY_ASSIGN(location, cgroup_location(view.files, thread));
    NOVA_RT_TRY_ASSIGN(mount, cgroup_mount(view.files, location.hierarchy));
    auto directories = cgroup_directories(mount, location);
    return VcpuCgroup{.location = std::move(location), .directories = std::move(directories)};
}

bool is_alive(const HostView& view, const Lease& guest) {
    const auto qemu = guest.threads ? view.lister.thread(Tid{guest.threads->qemu.value})
                                    : Result<ThreadInfo>(fail(ErrorCode::NotFound, "not started"));
    return qemu && qemu->identity.start_time == guest.threads->start_time;
}

CpuSet read_cpus(const HostView& view, const std::string& path) {
    const auto text = view.files.read(path);
    const auto cpus = text ? CpuSet::from_cpulist(*text) : Result<CpuSet>(CpuSet());
    return cpus ? *cpus : CpuSet();
}

CpuSet boot_isolated_cpus(const HostView& view) {
    return read_cpus(view, kBootIsolated);
}

std::optional<GuestTarget> guest_target(const HostView& view, Setting setting, std::string wanted,
                                        std::optional<DomainUuid> owner) {
    auto value = view.files.read(setting.path);
    if (!value) {
        return std::nullopt;
    }
    const bool in_force = covers(setting, *value, wanted);
    return GuestTarget{.setting = std::move(setting),
                       .value = *std::move(value),
                       .wanted = std::move(wanted),
                       .in_force = in_force,
                       .owner = owner};
}

Finding no_partition(const Lease& guest, const std::string& whom, const CpuSet& pcpus,
                     const std::string& why) {
    return Finding{.kind = FindingKind::NotExclusive,
                   .severity = Finding::Severity::Warning,
                   .subject = "pCPUs " + pcpus.to_cpulist(),
                   .text =
                       "no isolated partition for " + whom + " on pCPUs " + pcpus.to_cpulist() + ": " + why,
                   .guest = guest.uuid};
}

} // namespace nova_rt
