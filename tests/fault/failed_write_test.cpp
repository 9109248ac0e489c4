#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace nova_rt::test {
namespace {

constexpr int kErrnos[] = {EACCES, EBUSY, EINVAL, EIO, ENOMEM, ENOSPC, EPERM, EROFS};

struct FailedWrite : testing::Test {
    FailedWrite() {
        for (unsigned irq = 24; irq < 29; ++irq) {
            host.add_irq(irq, "0-3");
        }
        host.add_irq(30, "0-1");
        host.add_managed_irq(31, "0-3");
    }

    /// How many steps a call takes when nothing fails.
    template <typename Call> int steps_of(Call call) {
        EngineOnFixture fixture(host);
        call(fixture.engine);
        return fixture.faults.steps;
    }

    FixtureHost host;
    GuestDomain guest = realtime_guest(1, {2, 3});
};

TEST_F(FailedWrite, LeavesHostAndStateAsTheyWereOrTheGuestIsolated) {
    const auto host_before = host.snapshot();
    const int steps = steps_of([&](IsolationEngine& engine) { ASSERT_TRUE(engine.prepare(guest)); });
    steps_of([&](IsolationEngine& engine) { ASSERT_TRUE(engine.release(guest.uuid)); });
    ASSERT_EQ(host.snapshot(), host_before);
    const auto state_before = host.state_snapshot();
    ASSERT_GE(steps, 8);
    int refused = 0;
    for (int step = 1; step <= steps; ++step) {
        for (const int error : kErrnos) {
            SCOPED_TRACE(errno_name(error) + " at step " + std::to_string(step));
            EngineOnFixture fixture(host, {.fail_from = step, .fail_errno = error});
            const auto report = fixture.engine.prepare(guest);
            if (report) { // an immovable interrupt, or the journal after everything was in force
                ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
            } else {
                ++refused;
                EXPECT_EQ(report.error().code(), ErrorCode::Refused);
            }
            EXPECT_EQ(host.snapshot(), host_before);
            EXPECT_EQ(host.state_snapshot(), state_before);
        }
    }
    EXPECT_GT(refused, steps);
}

TEST_F(FailedWrite, KeepsAnEarlierGuestsIsolationAndJournal) {
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(realtime_guest(2, {1})));
    const auto host_before = host.snapshot();
    const auto state_before = host.state_snapshot();
    for (int step = 2; step <= 5; ++step) {
        SCOPED_TRACE(step);
        EngineOnFixture fixture(host, {.fail_from = step, .fail_errno = ENOSPC});
        ASSERT_FALSE(fixture.engine.prepare(guest));
        EXPECT_EQ(host.snapshot(), host_before);
        EXPECT_EQ(host.state_snapshot(), state_before);
    }
}

TEST_F(FailedWrite, DuringRollbackIsJournalledAndRetried) {
    const auto host_before = host.snapshot();
    for (int first = 3; first <= 8; ++first) {
        SCOPED_TRACE(first);
        // ENOSPC: no vector left; the step after the failed one is the first of the rollback.
        EngineOnFixture fixture(host, {.fail_from = first, .fail_count = 2, .fail_errno = ENOSPC});
        const auto report = fixture.engine.prepare(guest);
        ASSERT_FALSE(report);
        ASSERT_TRUE(EngineOnFixture(host).engine.reconcile({}));
        EXPECT_EQ(host.snapshot(), host_before);
        EXPECT_TRUE(host.state_snapshot().empty());
    }
}

TEST_F(FailedWrite, OfReleaseIsReportedAndRetried) {
    const auto host_before = host.snapshot();
    const int steps = steps_of([&](IsolationEngine& engine) { ASSERT_TRUE(engine.prepare(guest)); });
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
    for (int step = 1; step <= steps; ++step) {
        SCOPED_TRACE(step);
        ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
        EngineOnFixture faulty(host, {.fail_from = step, .fail_errno = EROFS});
        static_cast<void>(faulty.engine.release(guest.uuid));
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        ASSERT_TRUE(EngineOnFixture(host).engine.reconcile({}));
        EXPECT_EQ(host.snapshot(), host_before);
        EXPECT_TRUE(host.state_snapshot().empty());
    }
}

TEST_F(FailedWrite, DoesNotStopABestEffortGuest) {
    const auto host_before = host.snapshot();
    guest.policy.mode = IsolationMode::BestEffort;
    for (int step = 1; step <= 9; ++step) {
        SCOPED_TRACE(step);
        EngineOnFixture fixture(host, {.fail_from = step, .fail_errno = EACCES});
        const auto report = fixture.engine.prepare(guest);
        ASSERT_TRUE(report);
        EXPECT_FALSE(report->findings.empty());
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        EXPECT_EQ(host.snapshot(), host_before);
    }
}

} // namespace
} // namespace nova_rt::test
