#include "isolation/admission.hpp"

#include "base/text.hpp"

#include <string>

namespace nova_rt {

namespace {

std::string name_of(const Lease& lease) {
    return quoted(lease.domain_name) + " (" + lease.uuid.to_string() + ")";
}

std::string collision_text(const Lease& guest, const Lease& other, const CpuSet& both) {
    return "guest " + name_of(guest) + " and realtime guest " + name_of(other) +
           " are both pinned to pCPUs " + both.to_cpulist();
}

std::string pmd_text(const Lease& guest, const std::vector<PmdThread>& pmds, const CpuSet& polled) {
    return "realtime guest " + name_of(guest) + " and a switch's PMD thread are both bound to pCPUs " +
           polled.to_cpulist() + ": " + describe_on(pmds, polled) +
           "; take these pCPUs out of cpu_dedicated_set or out of the switch's pmd-cpu-mask";
}

CpuSet unpinned_realtime_vcpus(const Lease& guest) {
    CpuSet vcpus;
    for (const auto& [vcpu, scheduling] : guest.vcpu_scheduling) {
        const bool realtime =
            scheduling.policy == SchedulingPolicy::Fifo || scheduling.policy == SchedulingPolicy::RoundRobin;
        if (realtime && !guest.vcpu_pins.contains(vcpu)) {
            vcpus.add(vcpu.value);
        }
    }
    return vcpus;
}

/// pCPUs that are realtime for one of the two and used by the other.
CpuSet contested(const Lease& a, const Lease& b) {
    return (a.realtime_pcpus & (b.realtime_pcpus | b.other_pcpus)) | (a.other_pcpus & b.realtime_pcpus);
}

Status check_pins(const Lease& guest, const HostCpus& host) {
    if (const CpuSet unpinned = unpinned_realtime_vcpus(guest); !unpinned.empty()) {
        return fail(ErrorCode::Refused,
                    "guest " + name_of(guest) + ": realtime vCPUs " + unpinned.to_cpulist() + " have no pin");
    }
    if (const CpuSet offline = guest.realtime_pcpus - host.online; !offline.empty()) {
        return fail(ErrorCode::Refused, "guest " + name_of(guest) + " is pinned to pCPUs " +
                                            offline.to_cpulist() + ", which are not online; online are " +
                                            host.online.to_cpulist());
    }
    return {};
}

Status check_guests(const Lease& guest, const PcpuOwners& owners) {
    for (const auto& other : owners.guests) {
        const CpuSet both = guest.realtime_pcpus & other.realtime_pcpus;
        if (other.uuid != guest.uuid && !both.empty()) {
            return fail(ErrorCode::Refused, collision_text(guest, other, both));
        }
    }
    return {};
}

Status check_pmds(const Lease& guest, const PcpuOwners& owners) {
    if (const CpuSet polled = guest.realtime_pcpus & pcpus_of(owners.pmds); !polled.empty()) {
        return fail(ErrorCode::Refused, pmd_text(guest, owners.pmds, polled));
    }
    return {};
}

/// The other threads of the cores its realtime pCPUs are on.
CpuSet other_threads(const Lease& guest, const HostCpus& host) {
    CpuSet threads;
    for (const unsigned cpu : guest.realtime_pcpus) {
        if (const auto core = host.siblings.find(cpu); core != host.siblings.end()) {
            threads |= core->second;
        }
    }
    return threads - guest.realtime_pcpus;
}

Status check_siblings(const Lease& guest, const PcpuOwners& owners, const HostCpus& host) {
    const CpuSet threads = other_threads(guest, host);
    const std::string what = "guest " + name_of(guest) + " has realtime pCPUs " +
                             guest.realtime_pcpus.to_cpulist() + ", whose thread siblings ";
    for (const auto& other : owners.guests) {
        const CpuSet shared = threads & (other.realtime_pcpus | other.other_pcpus);
        if (other.uuid != guest.uuid && !shared.empty()) {
            return fail(ErrorCode::Refused,
                        what + shared.to_cpulist() + " carry guest " + name_of(other) +
                            "; hw:cpu_thread_policy=isolate or require keeps cores whole");
        }
    }
    if (const CpuSet polled = threads & pcpus_of(owners.pmds); !polled.empty()) {
        return fail(ErrorCode::Refused, what + polled.to_cpulist() +
                                            " are polled by a switch: " + describe_on(owners.pmds, polled));
    }
    return {};
}

Status check_partitions(const Lease& guest, const PcpuOwners& owners, const HostCpus& host) {
    CpuSet foreign = host.partitioned & guest.realtime_pcpus;
    for (const auto& other : owners.guests) { // its own lease is among them when it has one already
        foreign -= other.realtime_pcpus;
    }
    if (!foreign.empty()) {
        return fail(ErrorCode::Refused, "pCPUs " + foreign.to_cpulist() + " of guest " + name_of(guest) +
                                            " are in an isolated cpuset partition that nova-rt did not make: "
                                            "look for \"isolated\" in cpuset.cpus.partition below "
                                            "/sys/fs/cgroup");
    }
    return {};
}

Status check_housekeeping(const Lease& guest, const PcpuOwners& owners, const HostCpus& host) {
    CpuSet leased = guest.realtime_pcpus;
    for (const auto& other : owners.guests) {
        leased |= other.realtime_pcpus;
    }
    const auto refuse = [&](const std::string& where, const CpuSet& cpus) -> Status {
        return fail(ErrorCode::Refused,
                    "guest " + name_of(guest) + " on pCPUs " + guest.realtime_pcpus.to_cpulist() +
                        " would leave no housekeeping CPU" + where + ": online are " + cpus.to_cpulist() +
                        ", leased to realtime guests would be " + (leased & cpus).to_cpulist());
    };
    if (host.online.is_subset_of(leased)) {
        return refuse("", host.online);
    }
    for (const auto& [node, cpus] : host.nodes) {
        if (cpus.intersects(guest.realtime_pcpus) && cpus.is_subset_of(leased)) {
            return refuse(" on NUMA node " + std::to_string(node), cpus);
        }
    }
    return {};
}

} // namespace

std::vector<Finding> admission_findings(const Lease& guest, const PcpuOwners& owners) {
    std::vector<Finding> findings;
    for (const auto& other : owners.guests) {
        const CpuSet both = other.uuid == guest.uuid ? CpuSet() : contested(guest, other);
        if (!both.empty()) {
            findings.push_back({.kind = FindingKind::Collision,
                                .severity = Finding::Severity::Error,
                                .subject = "pCPUs " + both.to_cpulist(),
                                .text = collision_text(guest, other, both),
                                .guest = guest.uuid});
        }
    }
    if (const CpuSet polled = guest.realtime_pcpus & pcpus_of(owners.pmds); !polled.empty()) {
        findings.push_back({.kind = FindingKind::PmdOnRealtimePcpu,
                            .severity = Finding::Severity::Error,
                            .subject = "pCPUs " + polled.to_cpulist(),
                            .text = pmd_text(guest, owners.pmds, polled),
                            .guest = guest.uuid});
    }
    const CpuSet unpinned = unpinned_realtime_vcpus(guest);
    if (!unpinned.empty()) {
        findings.push_back({.kind = FindingKind::AffinityWrong,
                            .severity = Finding::Severity::Error,
                            .subject = "vCPUs " + unpinned.to_cpulist(),
                            .text = "realtime vCPUs without a pin: no pCPU can be isolated for them",
                            .guest = guest.uuid});
    }
    return findings;
}

Status admit(const Lease& guest, const PcpuOwners& owners, const HostCpus& host) {
    NOVA_RT_TRY(check_pins(guest, host));
    NOVA_RT_TRY(check_guests(guest, owners));
    NOVA_RT_TRY(check_pmds(guest, owners));
    NOVA_RT_TRY(check_siblings(guest, owners, host));
    NOVA_RT_TRY(check_partitions(guest, owners, host));
    return check_housekeeping(guest, owners, host);
}

} // namespace nova_rt
