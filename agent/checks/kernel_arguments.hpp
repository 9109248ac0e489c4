// The kernel arguments that a pool of realtime pCPUs wants, and whether they are in force. They are printed
// and verified, never written: a boot loader is its owner's.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "checks/check_result.hpp"
#include "model/host_topology.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

struct KernelArgument {
    std::string text; ///< "nohz_full=4-7"
    std::string why;
};

struct KernelArgumentPlan {
    CpuSet pool;         ///< the pCPUs for realtime guests
    CpuSet housekeeping; ///< every other online pCPU
    std::vector<KernelArgument> arguments;
    std::vector<CheckResult> objections; ///< to the pool itself: it works, and less well than it could

    /// What goes into the boot loader's configuration.
    [[nodiscard]] std::string line() const;
};

/// InvalidArgument for a pool that is empty or has pCPUs the host has not online; Refused when it would leave
/// no housekeeping CPU.
[[nodiscard]] Result<KernelArgumentPlan> plan_kernel_arguments(const HostTopology& host, const CpuSet& pool);

/// What the running kernel says. An absent text: there is no such file.
struct KernelArgumentFacts {
    std::string command_line;               ///< /proc/cmdline
    std::optional<std::string> nohz_full;   ///< /sys/devices/system/cpu/nohz_full
    std::optional<std::string> isolated;    ///< /sys/devices/system/cpu/isolated
    std::optional<std::string> clocksource; ///< .../clocksource/clocksource0/current_clocksource
};

/// Whether the running kernel is as planned, by effect where there is one to be read: isolcpus, nohz_full,
/// rcu_nocbs and irqaffinity for themselves, isolcpus against nohz_full, irqaffinity against both, the clock.
[[nodiscard]] std::vector<CheckResult> verify_kernel_arguments(const KernelArgumentPlan& plan,
                                                               std::string_view architecture,
                                                               const KernelArgumentFacts& facts);

} // namespace nova_rt
