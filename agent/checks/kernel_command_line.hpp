// What this kernel was told about its CPUs when it booted.
#pragma once

#include "base/cpu_set.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nova_rt {

/// The arguments of /proc/cmdline that isolate CPUs. A set that nova-rt cannot read (the kernel knows strides
/// and "all") is in `unreadable`, and absent. When an argument comes twice, the last one is told.
/// Source: kernel, Documentation/admin-guide/kernel-parameters.txt.
struct KernelCommandLine {
    std::optional<CpuSet> isolcpus;
    bool isolcpus_managed_irq = false;
    bool isolcpus_domain = false; ///< also without any flag: isolcpus=4-7
    std::optional<CpuSet> nohz_full;
    std::optional<CpuSet> rcu_nocbs;
    std::optional<CpuSet> irqaffinity;
    bool tsc_reliable = false;
    std::string unreadable; ///< "nohz_full=all, ..."; empty when everything was read
};

[[nodiscard]] KernelCommandLine parse_kernel_command_line(std::string_view text);

} // namespace nova_rt
