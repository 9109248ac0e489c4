#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace nova_rt::test {
namespace {

struct Crash : testing::Test {
    Crash() {
        for (unsigned irq = 24; irq < 28; ++irq) {
            host.add_irq(irq, "0-3");
        }
        host.add_managed_irq(29, "0-3");
    }

    /// Runs the call in a process of its own that is killed behind its n-th step. False: it took fewer steps.
    bool killed_behind(int step, const std::function<void(IsolationEngine&)>& call) {
        const pid_t child = ::fork();
        if (child == 0) {
            EngineOnFixture fixture(host, {.kill_after = step});
            call(fixture.engine);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }

    FixtureHost host;
    GuestDomain guest = realtime_guest(1, {2, 3});
};

TEST_F(Crash, AnywhereInPrepareIsUndoneByRelease) {
    const auto before = host.snapshot();
    int step = 1;
    while (killed_behind(step, [&](IsolationEngine& engine) { static_cast<void>(engine.prepare(guest)); })) {
        SCOPED_TRACE(step);
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        ASSERT_EQ(host.snapshot(), before);
        ASSERT_TRUE(host.state_snapshot().empty());
        ++step;
    }
    EXPECT_GT(step, 8);
}

TEST_F(Crash, AnywhereInPrepareIsFinishedByTheNextPrepare) {
    const auto before = host.snapshot();
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    const auto isolated = host.snapshot();
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
    int step = 1;
    while (killed_behind(step, [&](IsolationEngine& engine) { static_cast<void>(engine.prepare(guest)); })) {
        SCOPED_TRACE(step);
        ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
        ASSERT_EQ(host.snapshot(), isolated);
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        ASSERT_EQ(host.snapshot(), before);
        ++step;
    }
    EXPECT_GT(step, 8);
}

TEST_F(Crash, AnywhereInReleaseIsFinishedByReconcile) {
    const auto before = host.snapshot();
    int step = 1;
    const auto release = [&](IsolationEngine& engine) { static_cast<void>(engine.release(guest.uuid)); };
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    while (killed_behind(step, release)) {
        SCOPED_TRACE(step);
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        ASSERT_TRUE(EngineOnFixture(host).engine.reconcile({}));
        ASSERT_EQ(host.snapshot(), before);
        ASSERT_TRUE(host.state_snapshot().empty());
        ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
        ++step;
    }
    EXPECT_GT(step, 6);
}

TEST_F(Crash, InOneGuestsPrepareLeavesAnotherGuestIsolated) {
    const auto before = host.snapshot();
    const GuestDomain other = realtime_guest(2, {1});
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(other));
    const auto isolated = host.snapshot();
    int step = 1;
    while (killed_behind(step, [&](IsolationEngine& engine) { static_cast<void>(engine.prepare(guest)); })) {
        SCOPED_TRACE(step);
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        ASSERT_EQ(host.snapshot(), isolated);
        ++step;
    }
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
    ASSERT_TRUE(EngineOnFixture(host).engine.release(other.uuid));
    EXPECT_EQ(host.snapshot(), before);
}

} // namespace
} // namespace nova_rt::test
