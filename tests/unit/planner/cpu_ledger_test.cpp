#include "planner/cpu_ledger.hpp"

#include "support/planner_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using test::make_host;
using testing::ElementsAre;

std::string refusal_of(const Judged<CpuLedger>& ledger) {
    return ledger ? "" : ledger.error().stage + "/" + ledger.error().type;
}

TEST(CpuLedger, GivesGuestsWhatNovasOptionsLeaveThem) {
    const HostTopology host = make_host({.cells = 1, .cores = 4, .threads = 2});
    NovaOptions options;
    auto ledger = CpuLedger::open(host, options);
    ASSERT_TRUE(ledger);
    EXPECT_EQ(ledger->cells()[0].shared, CpuSet::range(0, 7)) << "without options everything is both";
    EXPECT_EQ(ledger->cells()[0].dedicated, CpuSet::range(0, 7));

    options.cpu_dedicated_set = CpuSet{1, 2, 5, 6};
    ledger = CpuLedger::open(host, options);
    EXPECT_TRUE(ledger->cells()[0].shared.empty());
    EXPECT_THAT(ledger->cells()[0].cores, ElementsAre(CpuSet{1, 5}, CpuSet{2, 6}));

    options = {};
    options.cpu_shared_set = CpuSet{0, 4};
    ledger = CpuLedger::open(host, options);
    EXPECT_TRUE(ledger->cells()[0].dedicated.empty()) << "a shared set alone leaves nothing to pin";

    options.vcpu_pin_set = CpuSet{2, 3};
    ledger = CpuLedger::open(host, options);
    EXPECT_EQ(ledger->cells()[0].shared, (CpuSet{2, 3})) << "vcpu_pin_set wins and is both";
    EXPECT_EQ(ledger->cells()[0].dedicated, (CpuSet{2, 3}));
}

TEST(CpuLedger, RefusesContradictingOptions) {
    const HostTopology host = make_host({.cells = 1, .cores = 4});
    NovaOptions overlap;
    overlap.cpu_dedicated_set = CpuSet{1, 2};
    overlap.cpu_shared_set = CpuSet{0, 1};
    EXPECT_EQ(refusal_of(CpuLedger::open(host, overlap)), "hostconf/InvalidConfiguration");
    NovaOptions reserved;
    reserved.cpu_shared_set = CpuSet{0};
    reserved.reserved_host_cpus = 1;
    EXPECT_EQ(refusal_of(CpuLedger::open(host, reserved)), "hostconf/InvalidConfiguration");
    NovaOptions old_and_new;
    old_and_new.vcpu_pin_set = CpuSet{0};
    old_and_new.cpu_dedicated_set = CpuSet{1};
    EXPECT_EQ(refusal_of(CpuLedger::open(host, old_and_new)), "hostconf/InvalidConfiguration");
    for (auto NovaOptions::* set :
         {&NovaOptions::vcpu_pin_set, &NovaOptions::cpu_shared_set, &NovaOptions::cpu_dedicated_set}) {
        NovaOptions offline;
        offline.*set = CpuSet{0, 9};
        EXPECT_EQ(refusal_of(CpuLedger::open(host, offline)), "host/Invalid");
    }
}

PinningPlan plan_on(CpuSet pcpus, std::optional<unsigned> emulator, std::optional<KiB> page) {
    CellPlacement cell;
    unsigned vcpu = 0;
    for (const unsigned pcpu : pcpus) {
        cell.pins[VcpuId{vcpu++}] = PcpuId{pcpu};
    }
    if (emulator) {
        cell.emulator_pcpu = PcpuId{*emulator};
    }
    cell.memory = {1024};
    cell.page_size = page;
    cell.shared_vcpus = {7};
    PinningPlan plan;
    plan.cells = {cell};
    return plan;
}

TEST(CpuLedger, ChargesCpusMemoryAndPages) {
    auto ledger = CpuLedger::open(make_host({.cells = 1, .cores = 4, .pages_1g = 4}), {});
    ASSERT_TRUE(ledger);
    const RealtimeRequest request = test::pinned_guest(2);
    ASSERT_TRUE(ledger->charge(request, plan_on({0, 1}, 2, KiB{1048576})));
    const LedgerCell& cell = ledger->cells()[0];
    EXPECT_EQ(cell.free_pcpus(), CpuSet{3});
    EXPECT_EQ(cell.available_memory(), 16384 - 1024);
    EXPECT_EQ(cell.page_pools[1].free(), 3U);
    EXPECT_EQ(cell.vcpus_used, 1U);
    ASSERT_TRUE(ledger->charge(request, plan_on({3}, {}, {})));
    EXPECT_EQ(ledger->cells()[0].page_pools[0].used, 262144U) << "without a size, the smallest pages";
}

TEST(CpuLedger, ChargesWholeCoresForIsolatedGuests) {
    auto ledger = CpuLedger::open(make_host({.cells = 1, .cores = 4, .threads = 2}), {});
    RealtimeRequest request = test::pinned_guest(1);
    request.thread_policy = CpuThreadPolicy::Isolate;
    ASSERT_TRUE(ledger->charge(request, plan_on({0}, {}, {})));
    EXPECT_EQ(ledger->cells()[0].pinned, (CpuSet{0, 4}));
}

TEST(CpuLedger, RefusesACoreThatIsUsedInPart) {
    auto ledger = CpuLedger::open(make_host({.cells = 1, .cores = 4, .threads = 2}), {});
    ASSERT_TRUE(ledger->charge(test::pinned_guest(1), plan_on({0}, {}, {})));
    RealtimeRequest request = test::pinned_guest(1);
    request.thread_policy = CpuThreadPolicy::Isolate;
    const auto refused = ledger->charge(request, plan_on({1}, 4, {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, "CPUPinningInvalid");
    EXPECT_EQ(ledger->cells()[0].pinned, CpuSet{0}) << "nothing is charged by half";
    EXPECT_EQ(ledger->cells()[0].memory_used, 1024U);
}

TEST(CpuLedger, RefusesAPlanThatTakesAPcpuTwice) {
    auto ledger = CpuLedger::open(make_host({.cells = 1, .cores = 4, .threads = 2}), {});
    PinningPlan plan = plan_on({0, 1}, {}, {});
    plan.cells.push_back(plan_on({1, 2}, {}, {}).cells.front());
    const auto refused = ledger->charge(test::pinned_guest(4), plan);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, "CPUPinningInvalid");
    EXPECT_TRUE(ledger->cells()[0].pinned.empty());
}

TEST(CpuLedger, ReservesHugePages) {
    NovaOptions options;
    options.reserved_huge_pages = {{.cell = {0}, .size = {1048576}, .count = 9},
                                   {.cell = {0}, .size = {1048576}, .count = 3}};
    const auto ledger = CpuLedger::open(make_host({.cells = 2, .cores = 1, .pages_1g = 4}), options);
    ASSERT_TRUE(ledger);
    EXPECT_EQ(ledger->cells()[0].page_pools[1].free(), 1U) << "the last entry wins";
    EXPECT_EQ(ledger->cells()[1].page_pools[1].free(), 4U);
}

TEST(CpuLedger, TakesARecordOfUsageAsItStands) {
    NovaOptions options;
    options.cpu_dedicated_set = CpuSet{1, 2};
    auto ledger = CpuLedger::open(make_host({.cells = 1, .cores = 4, .threads = 1}), options);
    ASSERT_TRUE(ledger);
    const auto pool = ledger->cells()[0].page_pools.at(0);
    const RecordedUsage usage{
        .cell = {0}, .pinned = {2, 3}, .vcpus = 5, .memory = {64}, .pages = {{pool.size, 7}, {KiB{3}, 1}}};
    ledger->restore(usage);
    const LedgerCell& cell = ledger->cells()[0];
    EXPECT_EQ(cell.pinned, CpuSet{2}) << "pCPU 3 is not one of the dedicated";
    EXPECT_EQ(cell.vcpus_used, 5U);
    EXPECT_EQ(cell.memory_used, 64U);
    EXPECT_EQ(cell.page_pools.at(0).used, pool.used + 7) << "its memory takes no pages besides";
    RecordedUsage elsewhere = usage;
    elsewhere.cell = {9};
    ledger->restore(elsewhere);
    EXPECT_EQ(ledger->cells()[0].vcpus_used, 5U);
}

} // namespace
} // namespace nova_rt
