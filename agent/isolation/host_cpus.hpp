// What admission must know of this machine's CPUs.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "ports/host_reader.hpp"

#include <map>

namespace nova_rt {

struct HostCpus {
    CpuSet online;
    std::map<unsigned, CpuSet> siblings; ///< thread siblings of the CPUs asked for, themselves included
    std::map<unsigned, CpuSet> nodes;    ///< online CPUs of each NUMA node that has any; none without NUMA
    /// In an isolated cpuset partition, whoever made it; those of isolcpus= are left out.
    CpuSet partitioned;
};

/// From sys/devices/system and the root cgroup. What the kernel does not offer is empty; `online` must be
/// there. `cpus`: whose siblings are read.
[[nodiscard]] Result<HostCpus> read_host_cpus(const HostReader& files, const CpuSet& cpus);

} // namespace nova_rt
