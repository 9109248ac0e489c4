// Every CPU of the machine: where it is, and what it is for.
#pragma once

#include "base/result.hpp"
#include "model/guest_domain.hpp"
#include "model/status.hpp"
#include "ports/host_reader.hpp"

#include <vector>

namespace nova_rt {

/// Present CPUs with package, core, siblings and NUMA cell from sysfs, ascending; no class yet.
[[nodiscard]] Result<std::vector<CpuStatus>> read_cpu_census(const HostReader& reader);

/// Whom the pCPUs belong to.
struct CpuUsers {
    const NovaCpuSets& nova;
    const std::vector<GuestDomain>& guests; ///< those that run
    const std::vector<PmdThread>& pmds;
};

/// Fills class, guest and vCPU.
void classify_cpus(std::vector<CpuStatus>& cpus, const CpuUsers& users);

} // namespace nova_rt
