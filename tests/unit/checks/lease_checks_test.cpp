#include "checks/lease_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

Lease lease_of(char last_digit, CpuSet realtime, CpuSet other = {}) {
    Lease lease;
    lease.uuid = *DomainUuid::parse(std::string("00000000-0000-4000-8000-00000000000") + last_digit);
    lease.domain_name = std::string("guest-") + last_digit;
    lease.realtime_pcpus = std::move(realtime);
    lease.other_pcpus = std::move(other);
    lease.policy = {.mode = IsolationMode::BestEffort, .min_grade = Grade::C};
    return lease;
}

TEST(CollisionCheck, NamesBothGuestsAndThePcpu) {
    const auto results =
        check_collisions({lease_of('1', {2, 3}), lease_of('2', {3, 4}), lease_of('5', {6})}, {});
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].state, CheckState::Fail);
    EXPECT_THAT(results[0].seen, HasSubstr("pCPU 3 "));
    EXPECT_THAT(results[0].seen, HasSubstr("guest-1"));
    EXPECT_THAT(results[0].seen, HasSubstr("guest-2"));
}

TEST(CollisionCheck, AnEmulatorOnAnotherGuestsRealtimePcpuCollides) {
    EXPECT_EQ(check_collisions({lease_of('1', {2}), lease_of('2', {4}, {0, 2})}, {})[0].state,
              CheckState::Fail);
    EXPECT_EQ(check_collisions({lease_of('1', {2}, {0}), lease_of('2', {4}, {0})}, {})[0].state,
              CheckState::Pass)
        << "sharing a housekeeping pCPU is what it is for";
}

TEST(CollisionCheck, PassesWithoutLeases) {
    const auto results = check_collisions({}, {});
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].state, CheckState::Pass);
}

const PmdThread kPmdOnTwo{PcpuId{2}, Tid{77}, Pid{70}, "pmd-c02/id:9", "ovs-vswitchd"};

TEST(CollisionCheck, NamesThePmdThreadOnARealtimePcpu) {
    const auto results = check_collisions({lease_of('1', {2, 3}), lease_of('2', {4}, {2})}, {kPmdOnTwo});
    ASSERT_EQ(results.size(), 2U) << "the second guest is in the way of the first, and not of the switch";
    EXPECT_EQ(results[1].state, CheckState::Fail);
    EXPECT_THAT(results[1].seen, HasSubstr("pCPU 2 belongs to \"guest-1\""));
    EXPECT_THAT(results[1].seen, HasSubstr("pmd-c02/id:9"));
}

TEST(HousekeepingCheck, WarnsWhenOnlyPolledPcpusAreLeft) {
    const auto result = check_housekeeping({lease_of('1', {1, 3})}, {1, 2, 3}, {kPmdOnTwo});
    EXPECT_EQ(result.state, CheckState::Warn);
    EXPECT_THAT(result.seen, HasSubstr("pmd-c02/id:9"));
    const auto enough = check_housekeeping({lease_of('1', {1, 3})}, {0, 1, 2, 3}, {kPmdOnTwo});
    EXPECT_EQ(enough.state, CheckState::Pass);
    EXPECT_EQ(enough.seen, "pCPUs 0 keep house");
}

TEST(HousekeepingCheck, FailsWhenEveryOnlinePcpuIsRealtime) {
    EXPECT_EQ(check_housekeeping({lease_of('1', {1})}, {0, 1}, {}).state, CheckState::Pass);
    EXPECT_EQ(check_housekeeping({lease_of('1', {1}), lease_of('2', {0})}, {0, 1}, {}).state,
              CheckState::Fail);
}

TEST(IsolationCheck, ComparesTheGradeWithWhatWasAskedFor) {
    Lease lease = lease_of('1', {1});
    EXPECT_EQ(check_isolation(lease, {.grade = Grade::C, .findings = {}}).state, CheckState::Pass);
    lease.policy.min_grade = Grade::B;
    const auto failed = check_isolation(lease, {.grade = Grade::C,
                                                .findings = {{.kind = FindingKind::NotExclusive,
                                                              .subject = "pCPU 1",
                                                              .text = "no isolated partition",
                                                              .guest = {}}}});
    EXPECT_EQ(failed.state, CheckState::Fail);
    EXPECT_THAT(failed.consequence, HasSubstr("no isolated partition"));
}

} // namespace
} // namespace nova_rt
