// How good a guest's isolation is, and why it is not better.
#pragma once

#include "base/cpu_set.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"
#include "ports/host_reader.hpp"

#include <map>
#include <string>
#include <vector>

namespace nova_rt {

/// What the kernel was booted with and can do, read once per verification.
struct KernelFacts {
    CpuSet tickless;                     ///< nohz_full
    CpuSet exclusive;                    ///< isolcpus=domain and isolated cpuset partitions
    std::string no_partition;            ///< why a guest has no partition of its own; empty: not known
    bool throttling = false;             ///< SCHED_FIFO threads may be throttled
    std::map<unsigned, CpuSet> siblings; ///< of the CPUs asked for, themselves included
};

/// `cpus`: whose thread siblings are read. What the kernel does not offer is empty.
[[nodiscard]] KernelFacts read_kernel_facts(const HostReader& files, const CpuSet& cpus);

/// What the kernel's facts say about the guest: throttling, shared siblings, exclusivity, tick.
[[nodiscard]] std::vector<Finding> kernel_findings(const Lease& guest, const std::vector<Lease>& others,
                                                   const KernelFacts& facts);

/// F when something the guest was promised is not in force, else the best grade no finding forbids.
/// A: nohz_full and exclusive; B: exclusive; C: affinity only.
[[nodiscard]] Grade grade_of(const std::vector<Finding>& findings);

} // namespace nova_rt
