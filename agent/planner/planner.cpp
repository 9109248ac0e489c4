#include "planner/planner.hpp"

#include "planner/cell_selector.hpp"
#include "planner/emulator_placement.hpp"
#include "planner/plan_reasons.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace nova_rt {

namespace {

/// Whether a page size is on the first host cell and not its smallest. driver.py, _wants_hugepages.
bool is_large_on_first_cell(const CpuLedger& ledger, KiB size) {
    const auto& pools = ledger.cells().front().page_pools;
    return std::ranges::any_of(pools, [&](const PagePool& p) { return p.size == size; }) &&
           std::ranges::any_of(pools, [&](const PagePool& p) { return p.size < size; });
}

/// Whether a page size is larger than the smallest of the first host cell: driver.py,
/// _get_memory_backing_hugepages_support.
bool is_above_smallest_of_first_cell(const CpuLedger& ledger, KiB size) {
    const auto& pools = ledger.cells().front().page_pools;
    return std::ranges::any_of(pools, [&](const PagePool& p) { return p.size < size; });
}

CellPlacement placement(const GuestCell& guest, const LedgerCell& host, const CellDraft& draft,
                        const CpuLedger& ledger) {
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
        cell.page_size = draft.page_size->exact;
        cell.huge_pages = is_above_smallest_of_first_cell(ledger, *cell.page_size);
    }
    return cell;
}

/// Nova's omission of memAccess='shared', and what it costs.
void judge_shared_access(const CpuLedger& ledger, PinningPlan& plan) {
    const bool huge =
        std::ranges::any_of(plan.cells, [](const CellPlacement& cell) { return cell.huge_pages; });
    const bool shared = std::ranges::any_of(plan.cells, [&](const CellPlacement& cell) {
        return cell.page_size && is_large_on_first_cell(ledger, *cell.page_size);
    });
    if (huge && !shared) {
        plan.withholds_shared_access = true;
        plan.reasons.push_back({.severity = Reason::Severity::Warning,
                                .subject = "memory",
                                .text =
                                    "the first host NUMA cell has no pages of this size, so Nova does not "
                                    "share the guest's memory: vhost-user ports will not work"});
    }
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
            placement(request.cells[i], ledger.cells()[choice.host_cells[i]], choice.drafts[i], ledger));
    }
    NOVA_RT_TRY_ASSIGN(emulator, emulator_pcpus(request, plan.cells, options, ledger.online()));
    plan.emulator_pcpus = emulator;
    plan.realtime_vcpus = request.realtime_vcpus;
    plan.reasons = std::move(choice.reasons);
    judge_shared_access(ledger, plan);
    explain(request, ledger, plan);
    return plan;
}

} // namespace nova_rt
