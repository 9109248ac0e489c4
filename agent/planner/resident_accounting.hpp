// Guests that run on the host already, taken from its ledger.
#pragma once

#include "model/pinning_plan.hpp"
#include "model/resident_guest.hpp"
#include "planner/cpu_ledger.hpp"

#include <vector>

namespace nova_rt {

/// Takes what the guests hold, as Nova's accounting would: pCPUs that one vCPU is pinned to alone, a single
/// pCPU of the emulator threads, memory and pages of guest NUMA cells, vCPUs that float. They are not planned
/// again: what is there is there. The answer says for each guest what is counted, and warns of what Nova
/// would not have done: pins outside its dedicated CPUs, or on a pCPU that is taken already.
[[nodiscard]] std::vector<Reason> charge_residents(const std::vector<ResidentGuest>& guests,
                                                   CpuLedger& ledger);

} // namespace nova_rt
