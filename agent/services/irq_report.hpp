// The interrupts that may arrive on realtime pCPUs.
#pragma once

#include "base/cpu_set.hpp"
#include "model/status.hpp"
#include "ports/host_reader.hpp"

#include <set>
#include <vector>

namespace nova_rt {

/// One entry per realtime pCPU, ascending, quiet ones included. `immovable`: interrupts the kernel refused to
/// move. Reads two files for each interrupt of the machine; nothing when there is no realtime pCPU.
[[nodiscard]] std::vector<CpuIrqStatus>
read_irq_report(const HostReader& reader, const CpuSet& realtime_pcpus, const std::set<IrqNumber>& immovable);

/// The interrupt of "proc/irq/24/smp_affinity_list"; none for another path.
[[nodiscard]] std::optional<IrqNumber> irq_of_path(std::string_view path);

} // namespace nova_rt
