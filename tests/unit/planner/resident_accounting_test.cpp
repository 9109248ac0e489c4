#include "planner/resident_accounting.hpp"

#include "support/planner_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace nova_rt {
namespace {

using testing::HasSubstr;

/// Two cells of four cores with two threads (cell 0: 0-3 and 8-11), of which core 0 of each cell is shared.
CpuLedger two_cells() {
    NovaOptions options;
    options.cpu_shared_set = CpuSet{0, 8, 4, 12};
    options.cpu_dedicated_set = CpuSet::range(0, 15) - *options.cpu_shared_set;
    const auto host = test::make_host({.cells = 2, .cores = 4, .threads = 2, .pages_2m = 512, .pages_1g = 4});
    return CpuLedger::open(host, options).value();
}

/// A guest of two vCPUs with 512 MiB on host cell 0.
ResidentGuest guest(const char* name, std::map<VcpuId, CpuSet> pins) {
    ResidentGuest made;
    made.domain.name = name;
    made.domain.vcpu_count = 2;
    made.domain.vcpu_pins = std::move(pins);
    made.cells.push_back({.id = {0},
                          .vcpus = {0, 1},
                          .memory = {524288},
                          .pages = PageChoice::Smallest,
                          .page_size = {},
                          .host_cells = {0}});
    return made;
}

std::string warnings(const std::vector<Reason>& reasons) {
    std::string text;
    for (const Reason& reason : reasons) {
        if (reason.severity == Reason::Severity::Warning) {
            text += reason.subject + ": " + reason.text + "\n";
        }
    }
    return text;
}

TEST(ResidentAccounting, TakesPinsEmulatorMemoryPagesAndFloatingVcpus) {
    CpuLedger ledger = two_cells();
    ResidentGuest realtime = guest("a", {{VcpuId{0}, {0, 8}}, {VcpuId{1}, {2}}});
    realtime.domain.emulator_pins = CpuSet{3};
    realtime.cells[0].pages = PageChoice::Exact;
    realtime.cells[0].page_size = {2048};
    const auto reasons = charge_residents({realtime}, ledger);
    const LedgerCell& cell = ledger.cells()[0];
    EXPECT_EQ(cell.pinned, (CpuSet{2, 3}));
    EXPECT_EQ(cell.vcpus_used, 1U);
    EXPECT_EQ(cell.memory_used, 512U);
    EXPECT_EQ(cell.page_pools[1].used, 256U);
    EXPECT_EQ(cell.page_pools[0].used, 0U);
    EXPECT_TRUE(ledger.cells()[1].pinned.empty());
    EXPECT_EQ(warnings(reasons), "");
    ASSERT_EQ(reasons.size(), 1U);
    EXPECT_EQ(reasons[0].text,
              "runs here, counted: pCPUs 2-3, 512 MiB in pages of 2048 KiB and 1 floating vCPUs "
              "on host NUMA cell 0");
}

TEST(ResidentAccounting, EmulatorThreadsOnTheGuestsOwnPcpusTakeNothingMore) {
    CpuLedger ledger = two_cells();
    ResidentGuest plain = guest("a", {{VcpuId{0}, {1}}, {VcpuId{1}, {2}}});
    plain.domain.emulator_pins = CpuSet{1};
    EXPECT_EQ(warnings(charge_residents({plain}, ledger)), "");
    EXPECT_EQ(ledger.cells()[0].pinned, (CpuSet{1, 2}));
    EXPECT_EQ(ledger.cells()[0].page_pools[0].used, 131072U) << "without huge pages: the smallest";
}

TEST(ResidentAccounting, WarnsOfPinsOutsideTheDedicatedSet) {
    CpuLedger ledger = two_cells();
    const auto reasons = charge_residents({guest("a", {{VcpuId{0}, {99}}, {VcpuId{1}, {2}}})}, ledger);
    EXPECT_THAT(warnings(reasons), HasSubstr("guest \"a\": vCPU 0 is pinned to pCPU 99, which is not one of "
                                             "Nova's dedicated pCPUs (1-3,5-7,9-11,13-15)"));
    EXPECT_EQ(ledger.cells()[0].pinned, CpuSet{2});
}

TEST(ResidentAccounting, WarnsOfPcpusThatTwoGuestsHave) {
    CpuLedger ledger = two_cells();
    const auto reasons = charge_residents(
        {guest("a", {{VcpuId{0}, {1}}, {VcpuId{1}, {2}}}), guest("b", {{VcpuId{0}, {2}}, {VcpuId{1}, {2}}})},
        ledger);
    EXPECT_THAT(warnings(reasons),
                HasSubstr("guest \"b\": vCPU 0 is pinned to pCPU 2, which guest \"a\" has"));
    EXPECT_EQ(ledger.cells()[0].pinned, (CpuSet{1, 2}));
}

TEST(ResidentAccounting, WarnsOfVcpusAndEmulatorsThatRoamDedicatedPcpus) {
    CpuLedger ledger = two_cells();
    ResidentGuest roaming = guest("a", {});
    roaming.domain.emulator_pins = CpuSet::range(0, 3);
    const auto text = warnings(charge_residents({roaming}, ledger));
    EXPECT_THAT(text, HasSubstr("vCPUs 0-1 float over the dedicated pCPUs 1-3,5-7,9-11,13-15"));
    EXPECT_THAT(text, HasSubstr("emulator threads may run on the dedicated pCPUs 1-3,"));
    EXPECT_TRUE(ledger.cells()[0].pinned.empty());
    EXPECT_EQ(ledger.cells()[0].vcpus_used, 2U);
}

TEST(ResidentAccounting, IsolateInTheMetadataTakesWholeCores) {
    CpuLedger ledger = two_cells();
    ResidentGuest isolated = guest("a", {{VcpuId{0}, {1}}, {VcpuId{1}, {2}}});
    isolated.domain.flavor_extra_specs["hw:cpu_thread_policy"] = "isolate";
    (void)charge_residents({isolated}, ledger);
    EXPECT_EQ(ledger.cells()[0].pinned, (CpuSet{1, 9, 2, 10}));
}

TEST(ResidentAccounting, CountsMemoryOnlyWhereTheXmlSaysWhere) {
    CpuLedger ledger = two_cells();
    ResidentGuest both = guest("a", {{VcpuId{0}, {1}}, {VcpuId{1}, {2}}});
    both.cells[0].host_cells = {0, 1};
    ResidentGuest nowhere = guest("b", {{VcpuId{0}, {5}}, {VcpuId{1}, {6}}});
    nowhere.cells[0].host_cells = {7};
    ResidentGuest strange = guest("c", {{VcpuId{0}, {3}}, {VcpuId{1}, {7}}});
    strange.cells[0].pages = PageChoice::Exact;
    strange.cells[0].page_size = {64};
    const auto text = warnings(charge_residents({both, nowhere, strange}, ledger));
    EXPECT_THAT(text, HasSubstr("guest \"a\": guest NUMA cell 0 is bound to no single host NUMA cell"));
    EXPECT_THAT(text, HasSubstr("guest \"b\": guest NUMA cell 0 is bound to no single host NUMA cell"));
    EXPECT_THAT(text, HasSubstr("guest \"c\": host NUMA cell 0 has no pages of 64 KiB"));
    EXPECT_EQ(ledger.cells()[0].memory_used, 512U) << "c's";
    EXPECT_EQ(ledger.cells()[1].memory_used, 0U);
    EXPECT_EQ(ledger.cells()[1].pinned, (CpuSet{5, 6, 7}));
}

TEST(ResidentAccounting, AGuestWithoutTopologyIsOnNoCell) {
    CpuLedger ledger = two_cells();
    ResidentGuest ordinary = guest("a", {});
    ordinary.cells.clear();
    ordinary.domain.default_pins = CpuSet{0, 4, 8, 12};
    const auto reasons = charge_residents({ordinary}, ledger);
    EXPECT_EQ(warnings(reasons), "");
    EXPECT_THAT(reasons[0].text, HasSubstr("it has no NUMA topology"));
    EXPECT_EQ(ledger.cells()[0].vcpus_used, 0U);
}

} // namespace
} // namespace nova_rt
