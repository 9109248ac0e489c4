#include "checks/node_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

HookFacts installed_hook() {
    return {.path = "/etc/libvirt/hooks/qemu.d/50-nova-rt",
            .present = true,
            .executable = true,
            .engine_path = "/usr/lib/nova-rt/nova-rt-hook-engine.so",
            .engine_present = true};
}

TEST(HookCheck, NamesEachWayInWhichAHookDoesNotRun) {
    EXPECT_EQ(check_hook(installed_hook()).state, CheckState::Pass);
    auto facts = installed_hook();
    facts.engine_present = false;
    EXPECT_THAT(check_hook(facts).seen, HasSubstr("engine"));
    facts.executable = false;
    EXPECT_THAT(check_hook(facts).fix, HasSubstr("chmod"));
    facts.present = false;
    EXPECT_THAT(check_hook(facts).fix, HasSubstr("restart libvirtd"));
}

TEST(RtThrottlingCheck, WarnsWhileFifoThreadsCanBeStopped) {
    EXPECT_EQ(check_rt_throttling(950'000, 1'000'000).state, CheckState::Warn);
    EXPECT_EQ(check_rt_throttling(-1, 1'000'000).state, CheckState::Pass);
    EXPECT_EQ(check_rt_throttling(1'000'000, 1'000'000).state, CheckState::Pass);
    EXPECT_EQ(check_rt_throttling({}, {}).state, CheckState::Pass);
}

TEST(JournalCheck, TellsUnfinishedFromDamaged) {
    EXPECT_EQ(check_journal(3, 0, "").state, CheckState::Pass);
    EXPECT_EQ(check_journal(3, 2, "").state, CheckState::Warn);
    EXPECT_EQ(check_journal(0, 0, "journal: checksum does not match").state, CheckState::Fail);
}

TEST(AgentCheck, WarnsWhenTheStatusIsOldOrAbsent) {
    EXPECT_EQ(check_agent(std::chrono::seconds(1), "").state, CheckState::Pass);
    EXPECT_EQ(check_agent(std::chrono::seconds(31), "").state, CheckState::Warn);
    EXPECT_THAT(check_agent(std::nullopt, "no status document").seen, HasSubstr("no status"));
}

} // namespace
} // namespace nova_rt
