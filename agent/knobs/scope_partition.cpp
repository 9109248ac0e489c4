#include "knobs/scope_partition.hpp"

#include "base/text.hpp"

#include <optional>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

constexpr KnobTraits kTraits = {
    .name = "scope_partition",
    .summary = "before Linux 6.7, on a prepared node: a realtime guest has its pCPUs to itself",
    .criticality = Criticality::Advisory,
    .blast_radius = BlastRadius::Silent,
};

/// slice, scope, "libvirt", "vcpuN": libvirt's layout with systemd.
constexpr std::size_t kDepth = 4;

/// One guest's place and what it claims.
struct Claim {
    std::string slice;
    std::string scope;
    CpuSet pcpus;
};

/// Where the guest is; nothing for one that this knob is not for.
std::optional<Claim> claim_of(const HostView& view, const Lease& guest) {
    if (guest.threads->vcpus.empty()) {
        return std::nullopt;
    }
    const auto cgroup = vcpu_cgroup(view, guest.threads->vcpus.begin()->second);
    if (!cgroup || !cgroup->is_unified() || cgroup->directories.size() != kDepth) {
        return std::nullopt;
    }
    const std::string& slice = cgroup->directories[0];
    const bool before_remote_partitions = view.files.exists(slice + std::string(kPartitionFile)) &&
                                          !view.files.exists(slice + std::string(kExclusiveFile));
    if (!before_remote_partitions) {
        return std::nullopt;
    }
    return Claim{.slice = slice,
                 .scope = cgroup->directories[1],
                 .pcpus = guest.realtime_pcpus | guest.other_pcpus | guest.emulator_pins.value_or(CpuSet())};
}

/// Another guest of the slice, realtime or not, that is pinned to one of these pCPUs.
std::optional<std::string> neighbour_on(const HostView& view, const Claim& claim) {
    const auto scopes = view.files.list(claim.slice);
    for (const auto& scope : scopes ? *scopes : std::vector<std::string>{}) {
        const std::string domain = claim.slice + "/" + scope + "/libvirt";
        if (claim.slice + "/" + scope == claim.scope || !view.files.exists(domain)) {
            continue;
        }
        const auto cgroups = view.files.list(domain);
        for (const auto& cgroup : cgroups ? *cgroups : std::vector<std::string>{}) {
            const std::string file = domain + "/" + cgroup + std::string(kCpusFile);
            const CpuSet pins = read_cpus(view, file);
            if (pins.intersects(claim.pcpus)) {
                return "/" + file + " reads " + pins.to_cpulist();
            }
        }
    }
    return std::nullopt;
}

std::optional<std::string> unpinned(const Lease& guest) {
    for (const auto& [vcpu, tid] : guest.threads->vcpus) {
        if (!guest.vcpu_pins.contains(vcpu)) {
            return "vCPU " + std::to_string(vcpu.value) + " has no pin";
        }
    }
    return guest.emulator_pins ? std::nullopt
                               : std::optional<std::string>("the emulator threads have no pin");
}

std::optional<std::string> obstacle_of(const HostView& view, const Lease& guest, const Claim& claim,
                                       const HostDemand& demand) {
    const auto state = view.files.read(claim.slice + std::string(kPartitionFile));
    if (!state || *state != "root") {
        return "Linux before 6.7 has none below a slice that is no partition; `nova-rt node prepare` makes "
               "it one";
    }
    if (auto unpinned_thread = unpinned(guest)) {
        return unpinned_thread;
    }
    const CpuSet dedicated = read_cpus(view, kPreparedNodeFile);
    const CpuSet shared = claim.pcpus - (dedicated & demand.online);
    if (!shared.empty()) {
        return "its pCPUs " + shared.to_cpulist() + " are not dedicated on the prepared node";
    }
    return neighbour_on(view, claim);
}

void add(const HostView& view, const Lease& guest, const HostDemand& demand, GuestProbe& probe) {
    const auto claim = claim_of(view, guest);
    if (!claim || claim->pcpus.intersects(boot_isolated_cpus(view))) {
        return;
    }
    if (const auto obstacle = obstacle_of(view, guest, *claim, demand)) {
        probe.findings.push_back(no_partition(guest, "the guest", claim->pcpus, *obstacle));
        return;
    }
    auto cpus =
        guest_target(view, Setting::attribute(claim->scope + std::string(kCpusFile), ValueFormat::CpuList),
                     claim->pcpus.to_cpulist(), guest.uuid);
    auto partition = guest_target(
        view, Setting::attribute(claim->scope + std::string(kPartitionFile), ValueFormat::Partition),
        std::string(kIsolatedPartition), guest.uuid);
    if (cpus && partition) {
        probe.targets.push_back(*std::move(cpus));
        probe.targets.push_back(*std::move(partition));
    }
}

} // namespace

const KnobTraits& ScopePartition::traits() const {
    return kTraits;
}

GuestProbe ScopePartition::probe(const HostView& view, const std::vector<Lease>& leases,
                                 const HostDemand& demand) const {
    GuestProbe probe;
    for (const auto& lease : leases) {
        if (lease.stage == LeaseStage::Started && is_alive(view, lease)) {
            add(view, lease, demand, probe);
        }
    }
    return probe;
}

} // namespace nova_rt
