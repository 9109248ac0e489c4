#include "checks/lease_checks.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace nova_rt {

namespace {

std::string name_of(const Lease& lease) {
    return fmt::format("{} {}", quoted(lease.domain_name), lease.uuid.to_string());
}

/// The pCPUs on which two guests get in each other's way: a realtime pCPU of one that the other uses at all.
CpuSet contended(const Lease& a, const Lease& b) {
    return (a.realtime_pcpus & (b.realtime_pcpus | b.other_pcpus)) | (b.realtime_pcpus & a.other_pcpus);
}

char letter_of(Grade grade) {
    constexpr std::string_view kLetters = "ABCF";
    return kLetters[static_cast<std::size_t>(grade)];
}

CheckResult pmd_collision(const Lease& lease, const std::vector<PmdThread>& pmds, const CpuSet& polled) {
    return {
        .name = "collision",
        .state = CheckState::Fail,
        .expected = "no PMD thread of a switch on a realtime pCPU",
        .seen = fmt::format("pCPU {} belongs to {} and is polled by {}", polled.to_cpulist(), name_of(lease),
                            describe_on(pmds, polled)),
        .source = "/proc/PID/task of the switch and /run/nova-rt/private/leases",
        .consequence = "while the vCPU runs the switch loses packets; while it sleeps the PMD thread keeps "
                       "caches and frequency busy",
        .fix = "take the pCPU out of nova.conf's cpu_dedicated_set, or out of the switch: ovs-vsctl set "
               "Open_vSwitch . other_config:pmd-cpu-mask=...",
    };
}

} // namespace

std::vector<CheckResult> check_collisions(const std::vector<Lease>& leases,
                                          const std::vector<PmdThread>& pmds) {
    std::vector<CheckResult> results;
    for (auto first = leases.begin(); first != leases.end(); ++first) {
        for (auto second = std::next(first); second != leases.end(); ++second) {
            const CpuSet pcpus = contended(*first, *second);
            if (pcpus.empty()) {
                continue;
            }
            results.push_back({
                .name = "collision",
                .state = CheckState::Fail,
                .expected = "each realtime pCPU belongs to one guest",
                .seen = fmt::format("pCPU {} is claimed by {} and {}", pcpus.to_cpulist(), name_of(*first),
                                    name_of(*second)),
                .source = "/run/nova-rt/private/leases",
                .consequence =
                    "the guests preempt each other; with SCHED_FIFO one of them can starve the other",
                .fix = "stop or migrate one of them, or give it rt:isolation=required so that it is refused",
            });
        }
    }
    for (const auto& lease : leases) {
        if (const CpuSet polled = lease.realtime_pcpus & pcpus_of(pmds); !polled.empty()) {
            results.push_back(pmd_collision(lease, pmds, polled));
        }
    }
    if (results.empty()) {
        results.push_back(
            {.name = "collision", .seen = fmt::format("{} leases, no pCPU claimed twice", leases.size())});
    }
    return results;
}

CheckResult check_housekeeping(const std::vector<Lease>& leases, const CpuSet& online,
                               const std::vector<PmdThread>& pmds) {
    CpuSet left = online;
    for (const auto& lease : leases) {
        left -= lease.realtime_pcpus;
    }
    const CpuSet quiet = left - pcpus_of(pmds);
    if (!left.empty() && quiet.empty()) {
        return {
            .name = "housekeeping",
            .state = CheckState::Warn,
            .expected = "at least one online pCPU outside every realtime guest and without a PMD thread",
            .seen = fmt::format("only pCPUs {} are left, all polled by {}", left.to_cpulist(),
                                describe_on(pmds, left)),
            .source = "/sys/devices/system/cpu/online, the leases and the switch's threads",
            .consequence = "interrupts and kernel threads take turns with the switch, which loses packets",
            .fix = "give the switch fewer pCPUs: ovs-vsctl set Open_vSwitch . other_config:pmd-cpu-mask=...",
        };
    }
    if (!left.empty()) {
        return {.name = "housekeeping", .seen = fmt::format("pCPUs {} keep house", quiet.to_cpulist())};
    }
    return {
        .name = "housekeeping",
        .state = CheckState::Fail,
        .expected = "at least one online pCPU outside every realtime guest",
        .seen = fmt::format("all online pCPUs ({}) are realtime", online.to_cpulist()),
        .source = "/sys/devices/system/cpu/online and the leases",
        .consequence = "interrupts and kernel threads have no place but a realtime pCPU",
        .fix = "take pCPUs out of nova.conf's cpu_dedicated_set",
    };
}

CheckResult check_isolation(const Lease& lease, const Verification& verification) {
    CheckResult result{.name = "isolation",
                       .seen = fmt::format("{}: grade {} on pCPU {}", name_of(lease),
                                           letter_of(verification.grade), lease.realtime_pcpus.to_cpulist())};
    // Grade A is the lowest enumerator: a greater one is worse.
    if (verification.grade <= lease.policy.min_grade) {
        return result;
    }
    result.state = CheckState::Fail;
    result.expected = fmt::format("grade {} or better (rt:min_grade)", letter_of(lease.policy.min_grade));
    result.source = "the guest's threads, /proc/irq, the workqueue mask";
    for (const auto& finding : verification.findings) {
        if (finding.severity != Finding::Severity::Info) {
            result.consequence +=
                (result.consequence.empty() ? "" : "; ") + finding.subject + ": " + finding.text;
        }
    }
    result.fix = "start nova-rt-agent, which repairs what can be repaired, and see nova-rt status";
    return result;
}

} // namespace nova_rt
