#include "isolation/isolation_engine.hpp"

#include "support/guest_on_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

struct EngineTest : testing::Test {
    EngineTest() {
        host.add_irq(24, "0-3");
        host.add_irq(25, "1");
    }

    FixtureHost host;
    EngineOnFixture fixture{host};
    IsolationEngine& engine = fixture.engine;
};

TEST_F(EngineTest, IsolatesFromPrepareToRelease) {
    const auto before = host.snapshot();
    const auto report = engine.prepare(realtime_guest(1, {2, 3}));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->changes.size(), 5U);
    EXPECT_EQ(host.irq(24), "0-1");
    EXPECT_EQ(host.irq(25), "1");
    EXPECT_EQ(host.get("proc/irq/default_smp_affinity"), "3");
    EXPECT_EQ(host.get("sys/devices/virtual/workqueue/cpumask"), "3");
    ASSERT_TRUE(engine.release(guest_uuid(1)));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(EngineTest, LetsGuestsStopInAnyOrder) {
    const auto before = host.snapshot();
    ASSERT_TRUE(engine.prepare(realtime_guest(1, {2})));
    ASSERT_TRUE(engine.prepare(realtime_guest(2, {3})));
    EXPECT_EQ(host.irq(24), "0-1");
    ASSERT_TRUE(engine.release(guest_uuid(1)));
    EXPECT_EQ(host.irq(24), "0-2");
    ASSERT_TRUE(engine.release(guest_uuid(2)));
    EXPECT_EQ(host.snapshot(), before);
}

TEST_F(EngineTest, DoesNothingForAGuestThatAsksForNothing) {
    auto off = realtime_guest(1, {2}, IsolationMode::Off);
    GuestDomain ordinary;
    ordinary.uuid = guest_uuid(2);
    ordinary.policy.mode = IsolationMode::Required;
    EXPECT_TRUE(engine.prepare(off)->changes.empty());
    EXPECT_TRUE(engine.prepare(ordinary)->changes.empty());
    EXPECT_TRUE(engine.release(guest_uuid(9))->changes.empty());
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(EngineTest, RefusesARequiredGuestOnATakenPcpuAndKeepsTheFirst) {
    ASSERT_TRUE(engine.prepare(realtime_guest(1, {2})));
    const auto state = host.state_snapshot();
    const auto refused = engine.prepare(realtime_guest(2, {2, 3}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::Refused);
    EXPECT_THAT(refused.error().message(),
                testing::AllOf(testing::HasSubstr("instance-1"), testing::HasSubstr("instance-2")));
    EXPECT_EQ(host.state_snapshot(), state);
    EXPECT_EQ(host.irq(24), "0-1,3");
}

TEST_F(EngineTest, RefusesARequiredGuestOnAPcpuThatASwitchPolls) {
    host.add_switch(700, 708, 3);
    const auto before = host.snapshot();
    const auto refused = engine.prepare(realtime_guest(1, {2, 3}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::Refused);
    EXPECT_THAT(refused.error().message(),
                testing::AllOf(testing::HasSubstr("instance-1"), testing::HasSubstr("pmd-c03/id:9")));
    EXPECT_EQ(engine.dry_run_prepare(realtime_guest(1, {2, 3})).error().code(), ErrorCode::Refused);
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
    EXPECT_TRUE(engine.prepare(realtime_guest(1, {2}))) << "beside it is fine";
}

TEST_F(EngineTest, NamesTheSwitchThreadOnABestEffortGuestsPcpuAndNeverMovesIt) {
    host.add_switch(700, 708, 3);
    const auto before = host.snapshot();
    const auto guest = realtime_guest(1, {2, 3}, IsolationMode::BestEffort);
    const auto report = engine.prepare(guest);
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::PmdOnRealtimePcpu));
    EXPECT_EQ(host.irq(24), "0-1") << "isolated all the same";
    EXPECT_EQ(engine.verify(guest)->grade, Grade::F);
    ASSERT_TRUE(engine.reconcile({guest.uuid}));
    EXPECT_EQ(host.get("proc/708/fixture_affinity"), "3");
    EXPECT_EQ(host.get("proc/700/fixture_affinity"), before.at("proc/700/fixture_affinity"));
    ASSERT_TRUE(engine.release(guest.uuid));
    EXPECT_EQ(host.snapshot(), before);
}

TEST_F(EngineTest, ReportsTheCollisionOfABestEffortGuestAndIsolatesIt) {
    ASSERT_TRUE(engine.prepare(realtime_guest(1, {2})));
    const auto report = engine.prepare(realtime_guest(2, {2, 3}, IsolationMode::BestEffort));
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::Collision));
    EXPECT_EQ(host.irq(24), "0-1");
    EXPECT_EQ(engine.leases()->size(), 2U);
}

TEST_F(EngineTest, RefusesOrDegradesWhenNoHousekeepingCpuIsLeft) {
    EXPECT_EQ(engine.prepare(realtime_guest(1, {0, 1, 2, 3})).error().code(), ErrorCode::Refused);
    const auto report = engine.prepare(realtime_guest(1, {0, 1, 2, 3}, IsolationMode::BestEffort));
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::NoHousekeepingCpu));
    EXPECT_EQ(host.irq(24), "0");
    EXPECT_EQ(host.irq(25), "0");
}

TEST_F(EngineTest, AsksTheKernelOnceAboutAnImmovableInterrupt) {
    host.add_managed_irq(26, "2-3");
    ASSERT_TRUE(has_finding(engine.prepare(realtime_guest(1, {2}))->findings, FindingKind::Immovable));
    const int steps = fixture.faults.steps;
    EXPECT_TRUE(engine.prepare(realtime_guest(1, {2}))->changes.empty());
    EXPECT_EQ(fixture.faults.steps, steps);
    EXPECT_EQ(engine.journal()->immovable.size(), 1U);
}

TEST_F(EngineTest, PlacesStrayThreadsAtStartedAndBackAtRelease) {
    GuestOnFixture guest(host);
    guest.add({.comm = "kvm-nx-lpage-re", .affinity = {2}, .scheduling = {SchedulingPolicy::Fifo, 1}},
              "vcpu0");
    guest.start();
    const auto before = host.snapshot();
    ASSERT_TRUE(engine.prepare(guest.domain));
    const auto report = engine.started(guest.domain.uuid, GuestOnFixture::known_threads());
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->changes.size(), 3U);
    EXPECT_EQ(host.get("proc/4001/fixture_affinity"), "0");
    EXPECT_EQ(host.get("proc/4001/fixture_scheduling"), "other 0");
    EXPECT_THAT(host.get("proc/4001/cgroup"), testing::HasSubstr("/emulator"));
    ASSERT_TRUE(engine.release(guest.domain.uuid));
    EXPECT_EQ(host.snapshot(), before);
}

TEST_F(EngineTest, GivesAMissingPolicyToRealtimeVcpus) {
    GuestOnFixture guest(host);
    guest.vcpu_scheduling = {};
    guest.start();
    ASSERT_TRUE(engine.prepare(guest.domain));
    ASSERT_TRUE(engine.started(guest.domain.uuid, GuestOnFixture::known_threads()));
    EXPECT_EQ(host.get("proc/4010/fixture_scheduling"), "fifo 1");
}

TEST_F(EngineTest, RefusesARequiredGuestAtStartedWhenAThreadCannotBeMoved) {
    GuestOnFixture guest(host);
    guest.add({.comm = "worker", .affinity = {2}, .scheduling = {}}, "vcpu0");
    guest.start();
    ASSERT_TRUE(engine.prepare(guest.domain));
    EngineOnFixture faulty(host, {.fail_from = 4, .fail_errno = EPERM});
    const auto report = faulty.engine.started(guest.domain.uuid, GuestOnFixture::known_threads());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::Refused);
    EXPECT_EQ(host.get("proc/4001/fixture_affinity"), "2");
    EXPECT_THAT(host.get("proc/4001/cgroup"), testing::HasSubstr("/vcpu0"));
}

TEST_F(EngineTest, RefusesARequiredGuestBelowItsMinimalGrade) {
    GuestOnFixture guest(host);
    guest.domain.policy.min_grade = Grade::B;
    guest.start();
    ASSERT_TRUE(engine.prepare(guest.domain));
    EXPECT_EQ(engine.started(guest.domain.uuid, GuestOnFixture::known_threads()).error().code(),
              ErrorCode::Refused);
}

TEST_F(EngineTest, StartedNeedsALease) {
    EXPECT_EQ(engine.started(guest_uuid(1), GuestOnFixture::known_threads()).error().code(),
              ErrorCode::NotFound);
}

TEST_F(EngineTest, ForgetsThreadsThatEndedWithTheirGuest) {
    GuestOnFixture guest(host);
    guest.add({.comm = "worker", .affinity = {2}, .scheduling = {}}, "vcpu0");
    const auto before = host.snapshot();
    guest.start();
    ASSERT_TRUE(engine.prepare(guest.domain));
    ASSERT_TRUE(engine.started(guest.domain.uuid, GuestOnFixture::known_threads()));
    host.end_process(4000, {4001, 4010, 4011});
    const auto report = engine.release(guest.domain.uuid);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->findings.empty()) << report->findings[0].text;
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(EngineTest, ReconcileReleasesTheDeadButNotThoseInPreparationOrRunning) {
    GuestOnFixture running(host);
    running.start();
    ASSERT_TRUE(engine.prepare(running.domain));
    ASSERT_TRUE(engine.started(running.domain.uuid, GuestOnFixture::known_threads()));
    ASSERT_TRUE(engine.prepare(realtime_guest(2, {1})));
    ASSERT_TRUE(engine.reconcile({}));
    EXPECT_EQ(engine.leases()->size(), 2U);
    fixture.clock.seconds += std::chrono::seconds(61);
    ASSERT_TRUE(engine.reconcile({}));
    ASSERT_EQ(engine.leases()->size(), 1U);
    host.end_process(4000, {4010, 4011});
    ASSERT_TRUE(engine.reconcile({}));
    EXPECT_TRUE(engine.leases()->empty());
    EXPECT_EQ(host.irq(24), "0-3");
}

TEST_F(EngineTest, ReconcileSweepsThreadsBornAfterTheHook) {
    GuestOnFixture guest(host);
    guest.start();
    ASSERT_TRUE(engine.prepare(guest.domain));
    ASSERT_TRUE(engine.started(guest.domain.uuid, GuestOnFixture::known_threads()));
    guest.add({.comm = "kvm-nx-lpage-re", .affinity = {3}, .scheduling = {SchedulingPolicy::Fifo, 1}},
              "vcpu1");
    guest.start();
    ASSERT_TRUE(engine.reconcile({guest.domain.uuid}));
    EXPECT_EQ(host.get("proc/4001/fixture_affinity"), "0");
}

} // namespace
} // namespace nova_rt::test
