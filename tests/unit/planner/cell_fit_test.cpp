#include "planner/cell_fit.hpp"

#include "support/planner_hosts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using Kind = PageSizeRequest::Kind;

LedgerCell host_cell() {
    return CpuLedger::open(
               test::make_host({.cells = 1, .cores = 4, .memory_mib = 8192, .pages_2m = 1024, .pages_1g = 2}),
               {})
        ->cells()[0];
}

struct PageRow {
    std::uint64_t memory_mib;
    PageSizeRequest asked;
    std::optional<std::uint64_t> chosen_kib;
};

TEST(CellFit, ChoosesPagesAsNovaDoes) {
    const std::vector<PageRow> table = {
        {1024, {.kind = Kind::Small, .exact = {}}, 4},
        {1024, {.kind = Kind::Large, .exact = {}}, 1048576},
        {1536, {.kind = Kind::Large, .exact = {}}, 2048},
        {3072, {.kind = Kind::Large, .exact = {}}, {}},
        {3072, {.kind = Kind::Any, .exact = {}}, 4},
        {2048, {.kind = Kind::Exact, .exact = {1048576}}, 1048576},
        {1536, {.kind = Kind::Exact, .exact = {1048576}}, {}},
        {1024, {.kind = Kind::Exact, .exact = {16}}, {}},
    };
    for (const auto& row : table) {
        const RealtimeRequest request = test::pinned_guest(2, 1, row.memory_mib);
        CellDraft draft{.page_size = row.asked, .packing = {}};
        const auto fit = fit_cell(host_cell(), request, request.cells[0], EmulatorReserve::None, {}, draft);
        EXPECT_EQ(fit.has_value(), row.chosen_kib.has_value()) << row.memory_mib;
        if (fit) {
            EXPECT_EQ(draft.page_size->exact.value, *row.chosen_kib) << row.memory_mib;
        }
    }
}

std::string complaint(const RealtimeRequest& request, const LedgerCell& host,
                      const std::optional<AllocationLimits>& limits = {}) {
    CellDraft draft{.page_size = request.page_size, .packing = {}};
    const auto fit = fit_cell(host, request, request.cells[0], EmulatorReserve::None, limits, draft);
    return fit ? "" : fit.error().what;
}

TEST(CellFit, SaysWhatIsMissing) {
    LedgerCell host = host_cell();
    EXPECT_EQ(complaint(test::pinned_guest(5), host), "5 dedicated pCPUs are needed, the cell has 4");
    host.pinned = {0, 1};
    EXPECT_EQ(complaint(test::pinned_guest(3), host), "3 dedicated pCPUs are needed, 2 are free");
    host.memory_used = 8000;
    EXPECT_EQ(complaint(test::pinned_guest(2), host), "1024 MiB are needed, 192 are free");
    RealtimeRequest floating = test::pinned_guest(5);
    floating.cpu_policy = CpuPolicy::Shared;
    std::swap(floating.cells[0].pinned_vcpus, floating.cells[0].shared_vcpus);
    EXPECT_EQ(complaint(floating, host), "5 floating vCPUs, but only 4 shared pCPUs in the cell");
}

TEST(CellFit, HoldsFloatingGuestsToTheRatios) {
    RealtimeRequest floating = test::pinned_guest(2);
    floating.cpu_policy = CpuPolicy::Shared;
    std::swap(floating.cells[0].pinned_vcpus, floating.cells[0].shared_vcpus);
    LedgerCell host = host_cell();
    host.vcpus_used = 3;
    EXPECT_EQ(complaint(floating, host), "");
    EXPECT_NE(
        complaint(floating, host, AllocationLimits{.cpu_allocation_ratio = 1.0, .ram_allocation_ratio = 1.0}),
        "");
    EXPECT_EQ(complaint(floating, host,
                        AllocationLimits{.cpu_allocation_ratio = 1.25, .ram_allocation_ratio = 1.0}),
              "");
    host.memory_used = 7500;
    EXPECT_NE(
        complaint(floating, host, AllocationLimits{.cpu_allocation_ratio = 4.0, .ram_allocation_ratio = 1.0}),
        "");
}

} // namespace
} // namespace nova_rt
