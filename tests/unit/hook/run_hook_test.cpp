#include "qemu/run_hook.hpp"

#include "support/fixture_host.hpp"
#include "support/hook_xml.hpp"
#include "support/scratch_directory.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

struct RunHookTest : testing::Test {
    RunHookTest() { host.add_irq(24, "0-3"); }

    FixtureHost host;
    HookPaths paths{.host = {.root = host.root(), .state_directory = host.state()}};
    std::string xml = hook_xml("required");
};

TEST_F(RunHookTest, WiresTheEngineToAHost) {
    EXPECT_EQ(run_hook({.operation = HookOperation::Prepare, .xml = xml}, paths).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-1");
    EXPECT_EQ(run_hook({.operation = HookOperation::Release, .xml = xml}, paths).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-3");
}

TEST_F(RunHookTest, RefusesARequiredGuestOnAHostWithoutAPlaceForTheJournal) {
    const ScratchDirectory scratch;
    paths.host.state_directory = scratch.write("file", "") + "/private";
    EXPECT_EQ(run_hook({.operation = HookOperation::Prepare, .xml = xml}, paths).exit_status, 1);
    EXPECT_EQ(run_hook({.operation = HookOperation::Reconnect, .xml = xml}, paths).exit_status, 0);
    const std::string other = hook_xml("best_effort");
    EXPECT_EQ(run_hook({.operation = HookOperation::Prepare, .xml = other}, paths).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-3");
}

} // namespace
} // namespace nova_rt::test
