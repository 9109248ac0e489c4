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

Status admit(const Lease& guest, const PcpuOwners& owners, const CpuSet& online) {
    CpuSet leased = guest.realtime_pcpus;
    for (const auto& other : owners.guests) {
        const CpuSet both = guest.realtime_pcpus & other.realtime_pcpus;
        if (other.uuid != guest.uuid && !both.empty()) {
            return fail(ErrorCode::Refused, collision_text(guest, other, both));
        }
        leased |= other.realtime_pcpus;
    }
    if (const CpuSet polled = guest.realtime_pcpus & pcpus_of(owners.pmds); !polled.empty()) {
        return fail(ErrorCode::Refused, pmd_text(guest, owners.pmds, polled));
    }
    if (const CpuSet unpinned = unpinned_realtime_vcpus(guest); !unpinned.empty()) {
        return fail(ErrorCode::Refused,
                    "guest " + name_of(guest) + ": realtime vCPUs " + unpinned.to_cpulist() + " have no pin");
    }
    if (online.is_subset_of(leased)) {
        return fail(ErrorCode::Refused,
                    "guest " + name_of(guest) + " on pCPUs " + guest.realtime_pcpus.to_cpulist() +
                        " would leave no housekeeping CPU: online are " + online.to_cpulist() +
                        ", leased to realtime guests would be " + leased.to_cpulist());
    }
    return {};
}

} // namespace nova_rt
