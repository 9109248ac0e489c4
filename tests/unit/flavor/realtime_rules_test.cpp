#include "flavor/realtime_rules.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace nova_rt {
namespace {

using test::GuestQuestion;
using test::refusal_of;
using Specs = std::map<std::string, std::string>;

GuestQuestion question(const Specs& specs) {
    GuestQuestion asked;
    for (const auto& [key, value] : specs) {
        asked.spec(key, value);
    }
    return asked;
}

struct Row {
    Specs specs;
    const char* refusal;
};

TEST(RealtimeRules, RefuseWhatNovaRefuses) {
    const std::vector<Row> table = {
        {{{"hw:cpu_realtime", "yes"}, {"hw:cpu_realtime_mask", "^0"}}, "RealtimeConfigurationInvalid"},
        {{{"hw:cpu_thread_policy", "prefer"}}, "CPUThreadPolicyConfigurationInvalid"},
        {{{"hw:emulator_threads_policy", "isolate"}}, "BadRequirementEmulatorThreadsPolicy"},
        {{{"hw:emulator_threads_policy", "share"}}, ""},
        {{{"hw:cpu_dedicated_mask", "1"}}, "RequiredMixedInstancePolicy"},
        {{{"hw:cpu_policy", "dedicated"}, {"hw:cpu_dedicated_mask", "1"}}, "RequiredMixedInstancePolicy"},
        {{{"hw:cpu_policy", "mixed"}}, "RequiredMixedOrRealtimeCPUMask"},
        {{{"hw:cpu_policy", "mixed"},
          {"hw:cpu_dedicated_mask", "1"},
          {"hw:cpu_realtime", "1"},
          {"hw:cpu_realtime_mask", "1"}},
         "RequiredMixedOrRealtimeCPUMask"},
        {{{"hw:locked_memory", "true"}}, "LockMemoryForbidden"},
        {{{"hw:cpu_thread_policy", ""}}, ""},
        {{{"hw:cpu_thread_policy", ""}, {"hw:cpu_policy", "dedicated"}}, "ValueError"},
        {{{"hw:cpu_thread_policy", ""}, {"hw:numa_nodes", "1"}}, "ValueError"},
        {{{"hw:cpu_thread_policy", ""}, {"hw:cpu_policy", "dedicated"}, {"hw:numa_nodes", "3"}},
         "ImageNUMATopologyAsymmetric"},
        {{{"hw:cpu_thread_policy", ""},
          {"hw:cpu_policy", "dedicated"},
          {"trait:HW_CPU_HYPERTHREADING", "required"}},
         ""},
    };
    for (const auto& row : table) {
        EXPECT_EQ(refusal_of(numa_request(question(row.specs).input())), row.refusal)
            << row.specs.begin()->first;
    }
}

TEST(RealtimeRules, PinTheRealtimeVcpusOfAMixedGuest) {
    const auto request = numa_request(
        question({{"hw:cpu_policy", "mixed"}, {"hw:cpu_realtime", "yes"}, {"hw:cpu_realtime_mask", "^0-1"}})
            .input());
    ASSERT_TRUE(request);
    ASSERT_EQ(request->cells.size(), 1U);
    EXPECT_EQ(request->cells[0].pinned_vcpus, (CpuSet{2, 3}));
    EXPECT_EQ(request->cells[0].shared_vcpus, (CpuSet{0, 1}));
    EXPECT_TRUE(request->is_realtime());
}

TEST(RealtimeRules, GiveNoCellsToAGuestThatAsksForNothing) {
    EXPECT_TRUE(numa_request(question({}).input())->cells.empty());
    EXPECT_TRUE(numa_request(question({{"hw:mem_page_size", "0"}}).input())->cells.empty());
    EXPECT_EQ(numa_request(question({{"hw:mem_page_size", "small"}}).input())->cells.size(), 1U);
    EXPECT_EQ(numa_request(question({{"hw:pmem", "6gb"}}).input())->cells.size(), 1U);
}

TEST(RealtimeRules, FailLateForShareWithoutASharedSet) {
    const auto asked = question({{"hw:cpu_policy", "dedicated"},
                                 {"hw:cpu_realtime", "yes"},
                                 {"hw:emulator_threads_policy", "share"}});
    auto request = numa_request(asked.input());
    ASSERT_TRUE(request);
    NovaOptions options;
    const HostTopology host;
    const GuestSite site{.host = host, .options = options};
    const auto late = complete_for_host(asked.input(), site, *request);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().stage, "xml");
    EXPECT_EQ(late.error().type, "RealtimeMaskNotFoundOrInvalid");
    EXPECT_EQ(late.error().provenance, Provenance::Config);
    options.cpu_shared_set = CpuSet{0};
    EXPECT_TRUE(complete_for_host(asked.input(), site, *request));
    EXPECT_EQ(request->cpu_topology, (GuestCpuTopology{.sockets = 4, .cores = 1, .threads = 1}));
}

TEST(RealtimeRules, RefusePageSizesOnAHostWithFileBackedMemory) {
    const auto asked = question({{"hw:mem_page_size", "large"}});
    auto request = numa_request(asked.input());
    ASSERT_TRUE(request);
    NovaOptions options;
    options.file_backed_memory = 1024;
    const HostTopology host;
    const GuestSite site{.host = host, .options = options};
    EXPECT_EQ(refusal_of(complete_for_host(asked.input(), site, *request)), "MemoryPagesUnsupported");
}

TEST(RealtimeRules, CheckAServerRequestInNovasOrder) {
    const auto asked =
        GuestQuestion().spec("hw:pmu", "true").image("hw_pmu", "false").spec("hw:cpu_realtime", "yes");
    const auto verdict = check_server_request(asked.input());
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().type, "FlavorImageConflict") << "before the mask that covers all vCPUs";
    EXPECT_EQ(verdict.error().stage, "api");
}

} // namespace
} // namespace nova_rt
