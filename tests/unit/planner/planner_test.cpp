#include "planner/planner.hpp"

#include "support/planner_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nova_rt {
namespace {

using testing::HasSubstr;

std::string warnings_of(const PinningPlan& plan) {
    std::string text;
    for (const Reason& reason : plan.reasons) {
        text +=
            reason.severity == Reason::Severity::Warning ? reason.subject + ": " + reason.text + "\n" : "";
    }
    return text;
}

TEST(Planner, ExplainsEachChoice) {
    RealtimeRequest request = test::pinned_guest(2);
    request.realtime_vcpus = {1};
    request.page_size = PageSizeRequest{.kind = PageSizeRequest::Kind::Large, .exact = {}};
    const auto ledger = CpuLedger::open(test::make_host({.cells = 1, .cores = 4, .pages_1g = 2}), {});
    const auto plan = plan_guest(request, *ledger, {}, {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->pin_of(VcpuId{1}), PcpuId{1});
    EXPECT_EQ(plan->emulator_pcpus, CpuSet{0});
    EXPECT_TRUE(plan->cells[0].huge_pages);
    EXPECT_FALSE(plan->withholds_shared_access);
    EXPECT_EQ(warnings_of(*plan), "");
    const auto about = [&](const std::string& subject) {
        return std::any_of(plan->reasons.begin(), plan->reasons.end(),
                           [&](const Reason& reason) { return reason.subject == subject; });
    };
    EXPECT_TRUE(about("vcpu 0") && about("vcpu 1") && about("emulator") && about("memory of guest cell 0"));
}

TEST(Planner, WarnsOfTheEmulatorOnARealtimeVcpusSibling) {
    RealtimeRequest request = test::pinned_guest(3);
    request.realtime_vcpus = {0, 1, 2};
    request.emulator_threads_policy = EmulatorThreadsPolicy::Isolate;
    const auto ledger = CpuLedger::open(test::make_host({.cells = 1, .cores = 4, .threads = 2}), {});
    const auto plan = plan_guest(request, *ledger, {}, {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->cells[0].emulator_pcpu, PcpuId{5});
    EXPECT_THAT(warnings_of(*plan),
                HasSubstr("vcpu 2: emulator threads run on pCPU 5, the thread sibling of realtime pCPU 1"));
}

TEST(Planner, WarnsOfAHousekeepingVcpuAndOfAnotherGuestOnTheCore) {
    RealtimeRequest request = test::pinned_guest(2);
    request.realtime_vcpus = {1};
    request.emulator_threads_policy = EmulatorThreadsPolicy::Share;
    NovaOptions options;
    options.cpu_shared_set = CpuSet{0};
    options.cpu_dedicated_set = CpuSet{1, 2, 4, 5, 6};
    auto ledger = CpuLedger::open(test::make_host({.cells = 1, .cores = 4, .threads = 2}), options);
    const auto plan = plan_guest(request, *ledger, options, {});
    ASSERT_TRUE(plan);
    EXPECT_THAT(
        warnings_of(*plan),
        HasSubstr("vcpu 1: housekeeping vCPU 0 runs on pCPU 1, the thread sibling of realtime pCPU 5"));
    ASSERT_TRUE(ledger->charge(request, *plan));
    RealtimeRequest lone = test::pinned_guest(3);
    lone.realtime_vcpus = {0, 1, 2};
    lone.emulator_threads_policy = EmulatorThreadsPolicy::Share;
    const auto second = plan_guest(lone, *ledger, options, {});
    ASSERT_TRUE(second);
    EXPECT_THAT(warnings_of(*second),
                HasSubstr("pCPU 0 of the shared set is the thread sibling of realtime pCPU 4"));
}

TEST(Planner, WarnsWhereNovaDoesNotShareTheGuestsMemory) {
    HostTopology host = test::make_host({.cells = 2, .cores = 4, .pages_1g = 4});
    host.cells[0].page_pools.pop_back();
    RealtimeRequest request = test::pinned_guest(2);
    request.page_size = PageSizeRequest{.kind = PageSizeRequest::Kind::Exact, .exact = {1048576}};
    const auto plan = plan_guest(request, *CpuLedger::open(host, {}), {}, {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->cells[0].host_cell, HostCellId{1});
    EXPECT_TRUE(plan->withholds_shared_access);
    EXPECT_THAT(warnings_of(*plan), HasSubstr("vhost-user ports will not work"));
}

TEST(Planner, WarnsOfHugePagesWhereNoEmulatorThreadRuns) {
    RealtimeRequest request = test::pinned_guest(4, 2, 4096);
    request.emulator_threads_policy = EmulatorThreadsPolicy::Isolate;
    request.page_size = PageSizeRequest{.kind = PageSizeRequest::Kind::Large, .exact = {}};
    const auto ledger = CpuLedger::open(test::make_host({.cells = 2, .cores = 4, .pages_1g = 4}), {});
    const auto plan = plan_guest(request, *ledger, {}, {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->emulator_pcpus, CpuSet{2});
    EXPECT_THAT(warnings_of(*plan),
                HasSubstr("memory of guest cell 1: no emulator thread runs on host NUMA cell 1"));
    request.page_size = std::nullopt;
    EXPECT_EQ(warnings_of(*plan_guest(request, *ledger, {}, {})), "");
}

TEST(Planner, LeavesAGuestWithoutCellsUnpinned) {
    RealtimeRequest request;
    request.vcpus = 2;
    const auto plan = plan_guest(request, *CpuLedger::open(test::make_host({}), {}), {}, {});
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->cells.empty());
    EXPECT_TRUE(plan->emulator_pcpus.empty());
}

} // namespace
} // namespace nova_rt
