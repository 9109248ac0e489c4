// Whatever guests are asked for in whatever order, no plan may give away what another one has.

#include "planner/planner.hpp"
#include "support/planner_hosts.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace nova_rt {
namespace {

using rc::gen::element;
using rc::gen::inRange;

test::HostShape any_shape() {
    return {.cells = *inRange(1U, 5U),
            .cores = *inRange(3U, 10U),
            .threads = *element(1U, 2U, 4U),
            .memory_mib = *element<std::uint64_t>(2048, 8192),
            .pages_2m = *element<std::uint64_t>(0, 512, 2048),
            .pages_1g = *element<std::uint64_t>(0, 2, 4)};
}

/// A shared and a dedicated set, or none of them.
NovaOptions any_options(const HostTopology& host) {
    NovaOptions options;
    options.packing_cells = *inRange(0, 2) == 1;
    if (*inRange(0, 3) == 0) {
        return options;
    }
    CpuSet shared;
    for (const unsigned cpu : host.online) {
        if (*inRange(0, 6) == 0) {
            shared.add(cpu);
        }
    }
    const CpuSet dedicated = host.online - shared;
    options.cpu_shared_set = shared.empty() ? std::nullopt : std::optional(shared);
    options.cpu_dedicated_set = dedicated.empty() ? std::nullopt : std::optional(dedicated);
    return options;
}

RealtimeRequest any_request() {
    const unsigned cells = *element(1U, 1U, 2U, 3U);
    RealtimeRequest request =
        test::pinned_guest(cells * *inRange(1U, 4U), cells, cells * *element<std::uint64_t>(512, 1024));
    if (cells > 1 && *inRange(0, 2) == 1) { // unequal cells reach Nova's defective fit cache
        const unsigned moved = *request.cells[0].pinned_vcpus.last();
        request.cells[0].pinned_vcpus.remove(moved);
        request.cells[1].pinned_vcpus.add(moved);
    }
    if (*inRange(0, 3) == 0) {
        request.cpu_policy = CpuPolicy::Mixed;
        for (GuestCell& cell : request.cells) {
            const CpuSet floating = cell.pinned_vcpus.empty() ? CpuSet{} : CpuSet{*cell.pinned_vcpus.first()};
            cell.shared_vcpus = floating;
            cell.pinned_vcpus -= floating;
        }
    }
    request.thread_policy =
        *element<std::optional<CpuThreadPolicy>>(std::nullopt, std::nullopt, CpuThreadPolicy::Prefer,
                                                 CpuThreadPolicy::Isolate, CpuThreadPolicy::Require);
    request.emulator_threads_policy =
        *element<std::optional<EmulatorThreadsPolicy>>(std::nullopt, EmulatorThreadsPolicy::Isolate);
    const PageSizeRequest large{.kind = PageSizeRequest::Kind::Large, .exact = {}};
    const PageSizeRequest any{.kind = PageSizeRequest::Kind::Any, .exact = {}};
    request.page_size = *element<std::optional<PageSizeRequest>>(std::nullopt, std::nullopt, large, any);
    return request;
}

CpuSet pcpus_of(const CellPlacement& cell) {
    CpuSet cpus;
    for (const auto& [vcpu, pcpu] : cell.pins) {
        RC_ASSERT(!cpus.contains(pcpu.value));
        cpus.add(pcpu.value);
    }
    if (cell.emulator_pcpu) {
        RC_ASSERT(!cpus.contains(cell.emulator_pcpu->value));
        cpus.add(cell.emulator_pcpu->value);
    }
    return cpus;
}

void check_threads(const RealtimeRequest& request, const LedgerCell& host, const CellPlacement& cell) {
    const CpuSet used = pcpus_of(cell);
    for (const CpuSet& core : host.cores) {
        if (request.thread_policy == CpuThreadPolicy::Isolate && core.intersects(used)) {
            RC_ASSERT((core & used).size() == 1U);
        }
    }
    if (request.thread_policy == CpuThreadPolicy::Require) {
        const bool has_siblings = std::any_of(host.cores.begin(), host.cores.end(),
                                              [](const CpuSet& core) { return core.size() > 1; });
        RC_ASSERT(has_siblings);
    }
}

void check_cell(const RealtimeRequest& request, const GuestCell& guest, const LedgerCell& host,
                const CellPlacement& cell) {
    RC_ASSERT(pcpus_of(cell).is_subset_of(host.free_pcpus()));
    CpuSet pinned;
    for (const auto& [vcpu, pcpu] : cell.pins) {
        pinned.add(vcpu.value);
    }
    RC_ASSERT(pinned == guest.pinned_vcpus);
    RC_ASSERT(cell.shared_vcpus.size() <= host.shared.size());
    RC_ASSERT(static_cast<std::int64_t>(cell.memory.value) <= host.available_memory());
    if (cell.page_size) {
        const auto pool = std::find_if(host.page_pools.begin(), host.page_pools.end(),
                                       [&](const PagePool& each) { return each.size == *cell.page_size; });
        RC_ASSERT(pool != host.page_pools.end());
        RC_ASSERT(to_kib(cell.memory).value % pool->size.value == 0U);
        RC_ASSERT(to_kib(cell.memory).value / pool->size.value <= pool->free());
    }
    check_threads(request, host, cell);
}

void check_plan(const RealtimeRequest& request, const CpuLedger& before, const PinningPlan& plan) {
    RC_ASSERT(plan.cells.size() == request.cells.size());
    CpuSet host_cells;
    for (std::size_t i = 0; i < plan.cells.size(); ++i) {
        const CellPlacement& cell = plan.cells[i];
        RC_ASSERT(!host_cells.contains(cell.host_cell.value));
        host_cells.add(cell.host_cell.value);
        const LedgerCell* const host = before.find(cell.host_cell);
        RC_ASSERT(host != nullptr);
        check_cell(request, request.cells[i], *host, cell);
    }
    const bool isolate = request.emulator_threads_policy == EmulatorThreadsPolicy::Isolate;
    RC_ASSERT(plan.cells.front().emulator_pcpu.has_value() == isolate);
}

/// One choice after the other, so that a difference is found in what was decided, not in how it is printed.
bool same(const Judged<PinningPlan>& a, const Judged<PinningPlan>& b) {
    if (!a || !b) {
        return a.has_value() == b.has_value() && a.error().message == b.error().message;
    }
    return a->emulator_pcpus == b->emulator_pcpus &&
           std::equal(a->cells.begin(), a->cells.end(), b->cells.begin(), b->cells.end(),
                      [](const CellPlacement& x, const CellPlacement& y) {
                          return x.host_cell == y.host_cell && x.pins == y.pins &&
                                 x.page_size == y.page_size && x.emulator_pcpu == y.emulator_pcpu;
                      });
}

RC_GTEST_PROP(Legality, NothingIsGivenTwice, ()) {
    const HostTopology host = test::make_host(any_shape());
    const NovaOptions options = any_options(host);
    auto ledger = CpuLedger::open(host, options);
    RC_ASSERT(ledger.has_value());
    const int guests = *inRange(1, 13);
    int placed = 0;
    for (int guest = 0; guest < guests; ++guest) {
        const RealtimeRequest request = any_request();
        const auto plan = plan_guest(request, *ledger, options, std::nullopt);
        RC_ASSERT(same(plan, plan_guest(request, *ledger, options, std::nullopt)));
        if (!plan) {
            RC_ASSERT(plan.error().type == "NoFit");
            RC_ASSERT(!plan.error().message.empty());
            continue;
        }
        check_plan(request, *ledger, *plan);
        if (const auto charged = ledger->charge(request, *plan); !charged) {
            RC_ASSERT(request.thread_policy == CpuThreadPolicy::Isolate);
            continue;
        }
        ++placed;
        for (const LedgerCell& cell : ledger->cells()) {
            RC_ASSERT(cell.pinned.is_subset_of(cell.dedicated));
            RC_ASSERT(cell.available_memory() >= 0);
        }
    }
    RC_TAG(placed);
}

} // namespace
} // namespace nova_rt
