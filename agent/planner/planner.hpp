// A judged request and the state of a host to a PinningPlan that explains itself.
#pragma once

#include "model/judgement.hpp"
#include "model/nova_options.hpp"
#include "model/pinning_plan.hpp"
#include "model/realtime_request.hpp"
#include "planner/cpu_ledger.hpp"

#include <optional>

namespace nova_rt {

/// Places the guest as Nova does, with CPUs and cores in ascending order. Same input, same plan. A guest
/// without NUMA topology gets a plan without cells. Refusals have stage "fit" (type NoFit) or "xml".
[[nodiscard]] Judged<PinningPlan> plan_guest(const RealtimeRequest& request, const CpuLedger& ledger,
                                             const NovaOptions& options,
                                             const std::optional<AllocationLimits>& limits);

} // namespace nova_rt
