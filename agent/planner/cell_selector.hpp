// Which host cell each guest cell gets.
#pragma once

#include "model/judgement.hpp"
#include "model/nova_options.hpp"
#include "model/realtime_request.hpp"
#include "planner/cell_fit.hpp"
#include "planner/cpu_ledger.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// A host cell for each guest cell, in the guest's order.
struct CellChoice {
    std::vector<std::size_t> host_cells; ///< positions in CpuLedger::cells()
    std::vector<CellDraft> drafts;
    std::vector<Reason> reasons;
};

/// nova/virt/hardware.py, numa_fit_instance_to_host: the first permutation of the sorted host cells that
/// fits. Where Nova's fit cache would give a guest cell pCPUs of another host cell, or none, the right answer
/// is given instead, with a warning. NoFit names what each host cell lacks.
[[nodiscard]] Judged<CellChoice> select_cells(const CpuLedger& ledger, const RealtimeRequest& request,
                                              const NovaOptions& options,
                                              const std::optional<AllocationLimits>& limits);

} // namespace nova_rt
