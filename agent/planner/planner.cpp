#include "planner/planner.hpp"

#include "planner/cell_selector.hpp"
#include "planner/emulator_placement.hpp"
#include "planner/plan_reasons.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace nova_rt {

namespace {

CellPlacement placement(const GuestCell& guest, const LedgerCell& host, const CellDraft& draft) {
    CellPlacement cell{.guest_cell = guest.id,
                       .host_cell = host.id,
                       .shared_vcpus = guest.shared_vcpus,
                       .float_pcpus = host.shared,
                       .pins = draft.packing.pins,
                       .emulator_pcpu = draft.packing.emulator_pcpu,
                       .memory = guest.memory,
                       .page_size = std::nullopt,
                       .huge_pages = false};
    if (draft.page_size) {
        const KiB size = draft.page_size->exact;
        cell.page_size = size;
        cell.huge_pages = std::any_of(host.page_pools.begin(), host.page_pools.end(),
                                      [&](const PagePool& pool) { return pool.size < size; });
    }
    return cell;
}

} // namespace

Judged<PinningPlan> plan_guest(const RealtimeRequest& request, const CpuLedger& ledger,
                               const NovaOptions& options, const std::optional<AllocationLimits>& limits) {
    PinningPlan plan;
    plan.realtime_priority = options.realtime_scheduler_priority;
    if (request.cells.empty()) {
        plan.reasons.push_back({.severity = Reason::Severity::Info,
                                .subject = "vCPUs",
                                .text = "nothing is pinned and no NUMA cell or page size is asked for: the "
                                        "guest floats over the shared pCPUs"});
        return plan;
    }
    NOVA_RT_TRY_ASSIGN(choice, select_cells(ledger, request, options, limits));
    for (std::size_t i = 0; i < request.cells.size(); ++i) {
        plan.cells.push_back(
            placement(request.cells[i], ledger.cells()[choice.host_cells[i]], choice.drafts[i]));
    }
    NOVA_RT_TRY_ASSIGN(emulator, emulator_pcpus(request, plan.cells, options, ledger.online()));
    plan.emulator_pcpus = emulator;
    plan.realtime_vcpus = request.realtime_vcpus;
    plan.reasons = std::move(choice.reasons);
    explain(request, ledger, plan);
    return plan;
}

} // namespace nova_rt
