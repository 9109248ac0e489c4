#include "knobs/kthread_affinity.hpp"

#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace nova_rt::test {
namespace {

const HostDemand kDemand{.online = CpuSet::range(0, 3), .isolated = {2, 3}, .housekeeping = {0, 1}};
const Setting kThread = Setting::affinity({.tid = Tid{60}, .start_time = 1060});

struct KthreadAffinityTest : testing::Test {
    void add(int tid, const std::string& comm, const CpuSet& affinity, bool fixed = false) const {
        host.add_kernel_thread({.tid = tid,
                                .comm = comm,
                                .affinity = affinity,
                                .scheduling = {},
                                .cgroup = "/",
                                .fixed = fixed});
    }

    [[nodiscard]] std::string affinity(int tid) const {
        return host.get("proc/" + std::to_string(tid) + "/fixture_affinity");
    }

    FixtureHost host;
    EngineOnFixture fixture{host};
    HostView view{.files = fixture.reader, .threads = fixture.threads, .lister = fixture.lister};
    KthreadAffinity knob;
};

TEST_F(KthreadAffinityTest, ProbesWhatMayRoamAndTheKernelLetsMove) {
    add(60, "kswapd0", CpuSet::range(0, 3));
    add(61, "rcuog/2", CpuSet::range(0, 3));
    add(62, "kworker/R-mm", CpuSet::range(0, 3), true);
    add(63, "ksoftirqd/2", {2});
    add(64, "irq/24-eth0", CpuSet::range(0, 3));
    add(65, "kvm-pit/4000", CpuSet::range(0, 3));
    add(66, "vhost-4000", CpuSet::range(0, 3));
    const auto settings = knob.probe(view);
    ASSERT_TRUE(settings);
    ASSERT_EQ(settings->size(), 2U);
    EXPECT_EQ(settings->at(0).setting, kThread) << "a thread is its id and its start time";
    EXPECT_EQ(settings->at(0).value, "0-3");
    EXPECT_EQ(settings->at(1).setting.thread.tid, Tid{61});
}

TEST_F(KthreadAffinityTest, WantsTheBaselineWithoutIsolatedCpus) {
    EXPECT_EQ(knob.desired(kThread, "0-3", kDemand), "0-1");
    EXPECT_EQ(knob.desired(kThread, "1", kDemand), "1");
    EXPECT_EQ(knob.desired(kThread, "2-3", kDemand), "0-1") << "never empty";
}

TEST_F(KthreadAffinityTest, KnowsWhatTheKernelDoesByItself) {
    EXPECT_TRUE(knob.matches(kThread, "0-3", "0-1")) << "CPUs offline or in a partition are left out";
    EXPECT_FALSE(knob.matches(kThread, "0-1", "0-2"));
    EXPECT_FALSE(knob.matches(kThread, "0-1", ""));
    EXPECT_TRUE(knob.written_by_kernel(kThread, "0-1", kDemand)) << "a partition on 2-3 was made";
    EXPECT_TRUE(knob.written_by_kernel(kThread, "0-3", kDemand)) << "a partition is gone";
    EXPECT_FALSE(knob.written_by_kernel(kThread, "1-3", kDemand)) << "an operator did that";
    EXPECT_EQ(knob.classify(system_error(EINVAL, "set affinity")), WriteFailure::Immovable);
    EXPECT_EQ(knob.classify(system_error(ESRCH, "set affinity")), WriteFailure::Gone);
}

TEST_F(KthreadAffinityTest, RemembersWhatAPartitionWouldFlatten) {
    EXPECT_TRUE(knob.remembers(kThread, "0-1", kDemand));
    EXPECT_FALSE(knob.remembers(kThread, "0-3", kDemand)) << "that is what the kernel gives back";
    EXPECT_FALSE(
        knob.remembers(kThread, "0-1",
                       {.online = CpuSet::range(0, 3), .isolated = {}, .housekeeping = CpuSet::range(0, 3)}));
}

TEST_F(KthreadAffinityTest, ReportsAThreadThatMayStillRunThere) {
    add(60, "kswapd0", {1, 2});
    add(61, "rcuog/2", {0, 1});
    const auto findings = knob.inspect(view, kDemand);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].kind, FindingKind::ThreadOnRealtimePcpu);
    EXPECT_THAT(findings[0].text, testing::HasSubstr("\"kswapd0\""));
    EXPECT_THAT(findings[0].text, testing::EndsWith("realtime pCPUs 2"));
}

TEST_F(KthreadAffinityTest, GivesBackExactlyWhatAPartitionFlattened) {
    add(60, "kswapd0", {0, 1});
    add(61, "kswapd1", {2, 3});
    add(62, "rcuog/2", CpuSet::range(0, 3));
    const GuestDomain guest = realtime_guest(1, {3});
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    EXPECT_EQ(affinity(60), "0-1");
    EXPECT_EQ(affinity(61), "2");
    EXPECT_EQ(affinity(62), "0-2");
    for (const int tid : {60, 61, 62}) { // a partition on pCPU 3 is made
        host.put_affinity(tid, CpuSet::range(0, 2));
    }
    const auto again = EngineOnFixture(host).engine.reconcile({guest.uuid});
    ASSERT_TRUE(again);
    EXPECT_FALSE(has_finding(again->findings, FindingKind::ForeignChange));
    EXPECT_EQ(affinity(60), "0-1");
    EXPECT_EQ(affinity(61), "2");
    for (const int tid : {60, 61, 62}) { // and dissolved
        host.put_affinity(tid, CpuSet::range(0, 3));
    }
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
    EXPECT_EQ(affinity(60), "0-1");
    EXPECT_EQ(affinity(61), "2-3");
    EXPECT_EQ(affinity(62), "0-3");
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(KthreadAffinityTest, KeepsWhatAnOperatorSetMeanwhile) {
    add(60, "kswapd0", CpuSet::range(0, 3));
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(realtime_guest(1, {3})));
    host.put_affinity(60, {1});
    const auto report = EngineOnFixture(host).engine.release(guest_uuid(1));
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::ForeignChange));
    EXPECT_EQ(affinity(60), "1");
}

TEST_F(KthreadAffinityTest, GivesBackACpuThatIsOfflineAtThatMoment) {
    add(60, "kswapd0", CpuSet::range(0, 3));
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(realtime_guest(1, {3})));
    host.set_online(CpuSet::range(0, 2));
    const auto report = EngineOnFixture(host).engine.release(guest_uuid(1));
    ASSERT_TRUE(report);
    EXPECT_FALSE(has_finding(report->findings, FindingKind::ForeignChange));
    EXPECT_EQ(affinity(60), "0-3");
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(KthreadAffinityTest, KnowsTheBaselineOnACpuThatIsOffline) {
    add(60, "kswapd0", CpuSet::range(0, 3));
    host.set_online(CpuSet::range(1, 3));
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(realtime_guest(1, {3})));
    EXPECT_EQ(affinity(60), "0-2");
    host.set_online(CpuSet::range(0, 3));
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest_uuid(1)));
    EXPECT_EQ(affinity(60), "0-3");
}

TEST_F(KthreadAffinityTest, ForgetsAThreadThatEnded) {
    add(60, "kswapd0", CpuSet::range(0, 3));
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(realtime_guest(1, {3})));
    host.end_process(60, {});
    const auto report = EngineOnFixture(host).engine.release(guest_uuid(1));
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->findings.empty());
    EXPECT_TRUE(host.state_snapshot().empty());
}

} // namespace
} // namespace nova_rt::test
