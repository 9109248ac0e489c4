// Guest NUMA cells: how many, and which vCPUs and how much memory each has.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/realtime_request.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace nova_rt {

/// nova/virt/hardware.py, _get_numa_node_count_constraint.
[[nodiscard]] Judged<std::optional<std::int64_t>> numa_node_count(const RuleInput& input);

/// nova/virt/hardware.py, _get_numa_topology_auto and _get_numa_topology_manual. `pinned` are the vCPUs that
/// get a pCPU of their own; the others float.
[[nodiscard]] Judged<std::vector<GuestCell>> numa_cells(const RuleInput& input, std::int64_t nodes,
                                                        const CpuSet& pinned);

} // namespace nova_rt
