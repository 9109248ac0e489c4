#include "isolation/reconciler.hpp"

namespace nova_rt {

HostDemand demand_of(const std::vector<Lease>& leases, const CpuSet& online) {
    CpuSet leased;
    CpuSet required;
    for (const auto& lease : leases) {
        leased |= lease.realtime_pcpus;
        if (lease.policy.mode == IsolationMode::Required) {
            required |= lease.realtime_pcpus;
        }
    }
    if (!leased.empty() && online.is_subset_of(leased)) {
        const CpuSet negotiable = online - required;
        if (const auto kept = (negotiable.empty() ? online : negotiable).first()) {
            leased.remove(*kept);
        }
    }
    return HostDemand{.online = online, .isolated = leased, .housekeeping = online - leased};
}

std::vector<Finding> housekeeping_findings(const std::vector<Lease>& leases, const HostDemand& demand) {
    std::vector<Finding> findings;
    for (const auto& lease : leases) {
        const CpuSet kept = lease.realtime_pcpus - demand.isolated;
        if (!kept.empty()) {
            findings.push_back({.kind = FindingKind::NoHousekeepingCpu,
                                .severity = Finding::Severity::Error,
                                .subject = "pCPU " + kept.to_cpulist(),
                                .text = "every online CPU (" + demand.online.to_cpulist() +
                                        ") is leased to a realtime guest; pCPU " + kept.to_cpulist() +
                                        " keeps the host's work and is not isolated",
                                .guest = lease.uuid});
        }
    }
    return findings;
}

} // namespace nova_rt
