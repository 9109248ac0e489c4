#include "support/guest_on_fixture.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

struct QueriesTest : testing::Test {
    QueriesTest() { host.add_irq(24, "0-3"); }

    FixtureHost host;
    EngineOnFixture fixture{host};
    IsolationEngine& engine = fixture.engine;
};

TEST_F(QueriesTest, ADryRunSaysWhatWouldBeWrittenAndWritesNothing) {
    const auto host_before = host.snapshot();
    const GuestDomain guest = realtime_guest(1, {2, 3});
    const auto dry = engine.dry_run_prepare(guest);
    ASSERT_TRUE(dry);
    EXPECT_EQ(host.snapshot(), host_before);
    EXPECT_TRUE(host.state_snapshot().empty());
    const auto wet = engine.prepare(guest);
    EXPECT_EQ(dry->changes, wet->changes);
    const auto undo = engine.dry_run_release(guest.uuid);
    ASSERT_TRUE(undo);
    EXPECT_EQ(undo->changes.size(), wet->changes.size());
    EXPECT_EQ(engine.release(guest.uuid)->changes, undo->changes);
}

TEST_F(QueriesTest, ADryRunRefusesWhatPrepareRefuses) {
    ASSERT_TRUE(engine.prepare(realtime_guest(1, {2})));
    EXPECT_EQ(engine.dry_run_prepare(realtime_guest(2, {2})).error().code(), ErrorCode::Refused);
    EXPECT_TRUE(
        has_finding(engine.dry_run_prepare(realtime_guest(2, {2}, IsolationMode::BestEffort))->findings,
                    FindingKind::Collision));
}

TEST_F(QueriesTest, VerifiesByEffect) {
    GuestOnFixture guest(host);
    guest.start();
    EXPECT_EQ(engine.verify(guest.domain)->grade, Grade::F) << "no lease";
    ASSERT_TRUE(engine.prepare(guest.domain));
    ASSERT_TRUE(engine.started(guest.domain.uuid, GuestOnFixture::known_threads()));
    EXPECT_EQ(engine.verify(guest.domain)->grade, Grade::C);
    host.put("proc/4010/fixture_scheduling", "other 0");
    const auto verified = engine.verify(guest.domain.uuid);
    EXPECT_EQ(verified->grade, Grade::F);
    EXPECT_TRUE(has_finding(verified->findings, FindingKind::SchedulingWrong));
}

TEST_F(QueriesTest, ReportsAnInterruptThatCameBackButExcusesAnImmovableOne) {
    host.add_managed_irq(25, "2-3");
    ASSERT_TRUE(engine.prepare(realtime_guest(1, {2})));
    auto verified = engine.verify(guest_uuid(1));
    EXPECT_TRUE(has_finding(verified->findings, FindingKind::Immovable));
    EXPECT_FALSE(has_finding(verified->findings, FindingKind::IrqOnRealtimePcpu));
    host.add_irq(24, "2");
    verified = engine.verify(guest_uuid(1));
    EXPECT_TRUE(has_finding(verified->findings, FindingKind::IrqOnRealtimePcpu));
}

TEST_F(QueriesTest, ReportsALaggingInterruptAsPending) {
    host.add_lagging_irq(26, "2");
    ASSERT_TRUE(engine.prepare(realtime_guest(1, {2})));
    EXPECT_TRUE(has_finding(engine.verify(guest_uuid(1))->findings, FindingKind::Pending));
}

} // namespace
} // namespace nova_rt::test
