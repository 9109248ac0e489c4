// Sockets, cores and threads of the guest.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/realtime_request.hpp"

namespace nova_rt {

/// nova/virt/hardware.py, get_cpu_topology_constraints.
[[nodiscard]] Judged<CpuTopologyWish> cpu_topology_wish(const RuleInput& input);

/// nova/virt/hardware.py, get_best_cpu_topology: the possible topology nearest to the wish; many sockets
/// before many cores before many threads.
[[nodiscard]] Judged<GuestCpuTopology> best_cpu_topology(std::uint64_t vcpus, const CpuTopologyWish& wish);

} // namespace nova_rt
