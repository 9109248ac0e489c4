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

/// Fills class, guest and vCPU from Nova's sets and the guests that run.
void classify_cpus(std::vector<CpuStatus>& cpus, const NovaCpuSets& nova,
                   const std::vector<GuestDomain>& guests);

} // namespace nova_rt
