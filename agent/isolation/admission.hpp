// Whether a guest may have the pCPUs it is pinned to.
#pragma once

#include "base/result.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"

#include <vector>

namespace nova_rt {

/// Two guests on one pCPU, and realtime vCPUs without a pin. `others` may contain the guest's own lease.
[[nodiscard]] std::vector<Finding> admission_findings(const Lease& guest, const std::vector<Lease>& others);

/// For a guest whose policy is `required`: Refused when another guest holds one of its pCPUs, when no
/// housekeeping CPU would be left, or when a realtime vCPU has no pin. The message names the guests and
/// pCPUs.
[[nodiscard]] Status admit(const Lease& guest, const std::vector<Lease>& others, const CpuSet& online);

} // namespace nova_rt
