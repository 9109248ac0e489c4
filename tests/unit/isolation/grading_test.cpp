#include "isolation/grading.hpp"

#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

struct Grading : testing::Test {
    [[nodiscard]] std::vector<Finding> findings(const std::vector<Lease>& others = {}) const {
        return kernel_findings(guest, others, read_kernel_facts(fixture.reader, guest.realtime_pcpus));
    }

    FixtureHost host;
    EngineOnFixture fixture{host};
    Lease guest = lease_for(realtime_guest(1, {2, 3}));
};

TEST_F(Grading, GivesAForExclusiveTicklessCpus) {
    host.put("sys/devices/system/cpu/nohz_full", "2-3\n");
    host.put("sys/devices/system/cpu/isolated", "2-3\n");
    EXPECT_EQ(grade_of(findings()), Grade::A);
}

TEST_F(Grading, CountsIsolatedPartitions) {
    host.put("sys/devices/system/cpu/nohz_full", "2-3\n");
    host.put("sys/fs/cgroup/cpuset.cpus.isolated", "2-3\n");
    EXPECT_EQ(grade_of(findings()), Grade::A);
}

TEST_F(Grading, GivesBWithTheTick) {
    host.put("sys/devices/system/cpu/nohz_full", "  (null)\n");
    host.put("sys/devices/system/cpu/isolated", "2-3\n");
    EXPECT_EQ(grade_of(findings()), Grade::B);
}

TEST_F(Grading, GivesCForAffinityOnly) {
    host.put("sys/devices/system/cpu/nohz_full", "2-3\n");
    host.put("sys/devices/system/cpu/isolated", "2\n");
    EXPECT_EQ(grade_of(findings()), Grade::C);
}

TEST_F(Grading, GivesNoBetterThanCWhileThrottlingCanHit) {
    host.put("sys/devices/system/cpu/nohz_full", "2-3\n");
    host.put("sys/devices/system/cpu/isolated", "2-3\n");
    host.put("proc/sys/kernel/sched_rt_runtime_us", "950000\n");
    EXPECT_EQ(grade_of(findings()), Grade::C);
    host.put("proc/sys/kernel/osrelease", "6.12.0-1-amd64\n");
    EXPECT_EQ(grade_of(findings()), Grade::A) << "the fair server throttles no longer";
    host.put("sys/fs/cgroup/cpu/cpu.rt_runtime_us", "950000\n");
    EXPECT_EQ(grade_of(findings()), Grade::C) << "RT_GROUP_SCHED still does";
}

TEST_F(Grading, GivesNoBetterThanCWhenASiblingRunsAnotherGuest) {
    host.put("sys/devices/system/cpu/nohz_full", "2-3\n");
    host.put("sys/devices/system/cpu/isolated", "2-3\n");
    host.put("sys/devices/system/cpu/cpu2/topology/thread_siblings_list", "1-2\n");
    EXPECT_EQ(grade_of(findings({lease_for(realtime_guest(2, {1}))})), Grade::C);
    EXPECT_EQ(grade_of(findings({guest})), Grade::A);
}

TEST(GradeOf, IsFWhenAPromiseIsNotInForce) {
    EXPECT_EQ(grade_of({}), Grade::A);
    for (const auto kind : {FindingKind::ThreadOnRealtimePcpu, FindingKind::SchedulingWrong,
                            FindingKind::AffinityWrong, FindingKind::Collision, FindingKind::NotInForce}) {
        EXPECT_EQ(grade_of({{.kind = kind, .severity = Finding::Severity::Error}}), Grade::F);
    }
    EXPECT_EQ(grade_of({{.kind = FindingKind::IrqOnRealtimePcpu}}), Grade::C);
    EXPECT_EQ(grade_of({{.kind = FindingKind::Immovable, .severity = Finding::Severity::Info}}), Grade::A);
}

} // namespace
} // namespace nova_rt::test
