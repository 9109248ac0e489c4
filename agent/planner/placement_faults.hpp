// What is legal in a placement and bad for latency.
#pragma once

#include "model/pinning_plan.hpp"
#include "model/realtime_request.hpp"
#include "planner/cpu_ledger.hpp"

#include <optional>

namespace nova_rt {

/// How many realtime pCPUs share their core with whom, and how far the guest is spread.
struct PlacementFaults {
    unsigned emulator = 0;     ///< emulator threads of the guest itself
    unsigned housekeeping = 0; ///< a pinned vCPU of the guest that is not realtime
    unsigned foreign = 0;      ///< another guest
    unsigned floating = 0;     ///< a pCPU of the shared set
    unsigned extra_cells = 0;  ///< host NUMA cells beyond the first

    [[nodiscard]] unsigned total() const {
        return emulator + housekeeping + foreign + floating + extra_cells;
    }
};

/// `before` is the ledger without the guest.
[[nodiscard]] PlacementFaults faults_of(const CpuLedger& before, const PinningPlan& plan);

/// The plan with its vCPUs and its emulator's reserved pCPU on other free pCPUs of the same host cells:
/// realtime vCPUs on whole free cores with nobody but each other, all else elsewhere. None where the cells
/// have too few. What Nova accounted for must stay where it is: this is for people, never for <cputune>.
[[nodiscard]] std::optional<PinningPlan> repacked(const RealtimeRequest& request, const CpuLedger& before,
                                                  const NovaOptions& options, const PinningPlan& plan);

} // namespace nova_rt
