#include "checks/pmd_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

const std::vector<PmdThread> kPmds = {{PcpuId{1}, Tid{76}, Pid{70}, "pmd-c01/id:8", "ovs-vswitchd"},
                                      {PcpuId{5}, Tid{77}, Pid{70}, "pmd-c05/id:9", "ovs-vswitchd"}};

TEST(PmdCheck, PassesWithoutASwitch) {
    EXPECT_EQ(check_pmd_threads({}, {CpuSet{1, 2}, CpuSet{0}}).state, CheckState::Pass);
}

TEST(PmdCheck, NamesTheOwnersOfPolledPcpus) {
    const auto result = check_pmd_threads(kPmds, {CpuSet{2, 3}, std::nullopt});
    EXPECT_EQ(result.state, CheckState::Pass);
    EXPECT_THAT(result.seen, HasSubstr("pCPUs 1,5: \"pmd-c01/id:8\""));
    EXPECT_THAT(result.seen, HasSubstr("pmd-c05/id:9"));
}

TEST(PmdCheck, WarnsWhenNovaMayPlaceAGuestThere) {
    const auto dedicated = check_pmd_threads(kPmds, {CpuSet{4, 5}, CpuSet{0}});
    EXPECT_EQ(dedicated.state, CheckState::Warn);
    EXPECT_THAT(dedicated.seen, HasSubstr("pCPUs 5 are in cpu_dedicated_set and polled by \"pmd-c05/id:9\""));
    EXPECT_EQ(dedicated.seen.find("pmd-c01"), std::string::npos);
    const auto shared = check_pmd_threads(kPmds, {std::nullopt, CpuSet{0, 1}});
    EXPECT_THAT(shared.seen, HasSubstr("pCPUs 1 are in cpu_shared_set"));
}

} // namespace
} // namespace nova_rt
