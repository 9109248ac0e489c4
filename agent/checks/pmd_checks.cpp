#include "checks/pmd_checks.hpp"

#include <fmt/format.h>

namespace nova_rt {

CheckResult check_pmd_threads(const std::vector<PmdThread>& pmds, const NovaCpuSets& nova) {
    if (pmds.empty()) {
        return {.name = "pmd", .seen = "no user-space switch polls a pCPU"};
    }
    const CpuSet polled = pcpus_of(pmds);
    const CpuSet dedicated = polled & nova.dedicated.value_or(CpuSet{});
    const CpuSet shared = polled & nova.shared.value_or(CpuSet{});
    const CpuSet both = dedicated | shared;
    if (both.empty()) {
        return {.name = "pmd",
                .seen = fmt::format("pCPUs {}: {}", polled.to_cpulist(), describe_on(pmds, polled))};
    }
    return {
        .name = "pmd",
        .state = CheckState::Warn,
        .expected = "pCPUs of PMD threads are in none of Nova's sets",
        .seen =
            fmt::format("pCPUs {} are in {} and polled by {}", both.to_cpulist(),
                        dedicated.empty() ? "cpu_shared_set" : "cpu_dedicated_set", describe_on(pmds, both)),
        .source = "nova.conf and /proc/PID/task of the switch",
        .consequence = "Nova places guests there; a realtime one is refused or collides, any other gets half",
        .fix = "take them out of nova.conf's sets, or set the switch's other_config:pmd-cpu-mask",
    };
}

} // namespace nova_rt
