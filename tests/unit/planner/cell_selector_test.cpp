#include "planner/cell_selector.hpp"

#include "support/planner_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace nova_rt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CpuLedger four_cells() {
    return *CpuLedger::open(test::make_host({.cells = 4, .cores = 4}), {});
}

/// Takes pCPUs of one cell.
void take(CpuLedger& ledger, unsigned cell, const CpuSet& pcpus, std::uint64_t memory) {
    CellPlacement placement;
    placement.host_cell = {cell};
    placement.memory = {memory};
    unsigned vcpu = 0;
    for (const unsigned pcpu : pcpus) {
        placement.pins[VcpuId{vcpu++}] = PcpuId{pcpu};
    }
    PinningPlan plan;
    plan.cells = {placement};
    ASSERT_TRUE(ledger.charge(test::pinned_guest(1), plan));
}

TEST(CellSelector, SpreadsOverTheEmptiestCells) {
    CpuLedger ledger = four_cells();
    take(ledger, 0, {0}, 100);
    take(ledger, 1, {4, 5}, 10);
    const auto choice = select_cells(ledger, test::pinned_guest(4, 2), {}, {});
    ASSERT_TRUE(choice);
    EXPECT_THAT(choice->host_cells, ElementsAre(2, 3));
}

TEST(CellSelector, PacksOntoUsedCellsWhenAsked) {
    CpuLedger ledger = four_cells();
    take(ledger, 2, {8}, 100);
    take(ledger, 3, {12, 13, 14}, 10);
    NovaOptions options;
    options.packing_cells = true;
    const auto choice = select_cells(ledger, test::pinned_guest(2), options, {});
    ASSERT_TRUE(choice);
    EXPECT_THAT(choice->host_cells, ElementsAre(2)) << "cell 3 is fuller but has one pCPU left";
}

TEST(CellSelector, SortsNothingWhenTheGuestNeedsEveryCell) {
    CpuLedger ledger = *CpuLedger::open(test::make_host({.cells = 2, .cores = 4}), {});
    take(ledger, 0, {0, 1}, 100);
    const auto choice = select_cells(ledger, test::pinned_guest(4, 2), {}, {});
    ASSERT_TRUE(choice);
    EXPECT_THAT(choice->host_cells, ElementsAre(0, 1));
}

TEST(CellSelector, NamesWhatEachCellLacks) {
    const auto none = select_cells(four_cells(), test::pinned_guest(5), {}, {});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().type, "NoFit");
    EXPECT_EQ(none.error().stage, "fit");
    EXPECT_THAT(none.error().message,
                HasSubstr("guest cell 0 on host cells 0,1,2,3: 5 dedicated pCPUs are needed"));
    const auto too_many = select_cells(four_cells(), test::pinned_guest(5, 5), {}, {});
    EXPECT_THAT(too_many.error().message, HasSubstr("the guest has 5 NUMA cells, the host has 4"));
}

/// A guest of unequal cells on a host where Nova 26.2's fit cache answers for the wrong pair.
TEST(CellSelector, DeviatesWhereNovasFitCacheWouldLeaveAVcpuWithoutItsPcpu) {
    std::size_t deviations = 0;
    for (unsigned shape = 0; shape < 81; ++shape) {
        CpuLedger ledger = four_cells();
        const std::vector<unsigned> used = {shape % 3, shape / 3 % 3, shape / 9 % 3, shape / 27 % 3};
        for (unsigned cell = 0; cell < 4; ++cell) {
            take(ledger, cell,
                 used[cell] == 0 ? CpuSet{} : CpuSet::range(cell * 4, cell * 4 + used[cell] - 1), 10 * cell);
        }
        RealtimeRequest request = test::pinned_guest(9, 3, 3072);
        request.cells[0].pinned_vcpus = {0, 1};
        request.cells[1].pinned_vcpus = {2, 3, 4};
        request.cells[2].pinned_vcpus = {5, 6, 7, 8};
        const auto choice = select_cells(ledger, request, {}, {});
        if (!choice) {
            continue;
        }
        deviations += choice->reasons.size();
        for (std::size_t guest = 0; guest < 3; ++guest) {
            const auto& pins = choice->drafts[guest].packing.pins;
            EXPECT_EQ(pins.size(), request.cells[guest].pinned_vcpus.size());
            for (const auto& [vcpu, pcpu] : pins) {
                EXPECT_TRUE(ledger.cells()[choice->host_cells[guest]].free_pcpus().contains(pcpu.value));
            }
        }
    }
    EXPECT_GT(deviations, 0U) << "the case the test is about must occur";
}

} // namespace
} // namespace nova_rt
