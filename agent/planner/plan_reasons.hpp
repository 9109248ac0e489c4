// Why a plan is what it is, and what of it an operator may regret.
#pragma once

#include "model/pinning_plan.hpp"
#include "model/realtime_request.hpp"
#include "planner/cpu_ledger.hpp"

namespace nova_rt {

/// Appends a reason for each choice in the plan, and a warning for each that is legal and poor: something
/// else on the core of a realtime vCPU.
void explain(const RealtimeRequest& request, const CpuLedger& ledger, PinningPlan& plan);

} // namespace nova_rt
