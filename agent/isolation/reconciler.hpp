// desired = f(baseline, all leases): what the leases together ask of the host.
#pragma once

#include "knobs/host_demand.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"

#include <optional>
#include <vector>

namespace nova_rt {

/// The demand of all leases. One online CPU always stays a housekeeping CPU: when every online CPU is leased,
/// the lowest that no `required` guest holds, else the lowest. Independent of the leases' order.
[[nodiscard]] HostDemand demand_of(const std::vector<Lease>& leases, const CpuSet& online);

/// The guests that hold the CPU which demand_of() kept back.
[[nodiscard]] std::vector<Finding> housekeeping_findings(const std::vector<Lease>& leases,
                                                         const HostDemand& demand);

} // namespace nova_rt
