#include "isolation/admission.hpp"

#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

const CpuSet kOnline = CpuSet::range(0, 7);
const Lease kFirst = lease_for(realtime_guest(1, {2, 3}));

TEST(Admission, RefusesASecondRealtimeGuestOnAPcpuAndNamesBoth) {
    const auto status = admit(lease_for(realtime_guest(2, {3, 4})), {{kFirst}, {}}, kOnline);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::Refused);
    EXPECT_THAT(status.error().message(),
                testing::AllOf(testing::HasSubstr("instance-1"), testing::HasSubstr("instance-2"),
                               testing::HasSubstr("pCPUs 3")));
}

TEST(Admission, AdmitsDisjointGuestsAndTheSameGuestAgain) {
    EXPECT_TRUE(admit(lease_for(realtime_guest(2, {4})), {{kFirst}, {}}, kOnline));
    EXPECT_TRUE(admit(kFirst, {{kFirst}, {}}, kOnline));
    EXPECT_TRUE(admission_findings(kFirst, {{kFirst}, {}}).empty());
}

TEST(Admission, RefusesTheLastHousekeepingCpu) {
    const auto status = admit(lease_for(realtime_guest(2, {0, 1})), {{kFirst}, {}}, CpuSet::range(0, 3));
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message(), testing::HasSubstr("no housekeeping CPU"));
}

TEST(Admission, RefusesARealtimeVcpuWithoutPin) {
    GuestDomain guest = realtime_guest(2, {4, 5});
    guest.vcpu_pins.erase(VcpuId{1});
    const auto status = admit(lease_for(guest), {}, kOnline);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message(), testing::HasSubstr("vCPUs 1 have no pin"));
}

TEST(Admission, ReportsAnotherGuestsHelpersOnARealtimePcpu) {
    GuestDomain neighbour = realtime_guest(2, {5});
    neighbour.emulator_pins = CpuSet{2};
    EXPECT_TRUE(admit(lease_for(neighbour), {{kFirst}, {}}, kOnline)) << "no realtime vCPUs collide";
    EXPECT_TRUE(
        has_finding(admission_findings(lease_for(neighbour), {{kFirst}, {}}), FindingKind::Collision));
    EXPECT_TRUE(
        has_finding(admission_findings(kFirst, {{lease_for(neighbour)}, {}}), FindingKind::Collision));
}

const PmdThread kPmdOnThree{PcpuId{3}, Tid{77}, Pid{70}, "pmd-c03/id:9", "ovs-vswitchd"};

TEST(Admission, RefusesAPcpuThatASwitchPollsAndNamesTheThread) {
    const auto status = admit(kFirst, {{}, {kPmdOnThree}}, kOnline);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::Refused);
    EXPECT_THAT(status.error().message(),
                testing::AllOf(testing::HasSubstr("instance-1"),
                               testing::HasSubstr("pCPUs 3: \"pmd-c03/id:9\""),
                               testing::HasSubstr("thread 77"), testing::HasSubstr("pmd-cpu-mask")));
    EXPECT_TRUE(has_finding(admission_findings(kFirst, {{}, {kPmdOnThree}}), FindingKind::PmdOnRealtimePcpu));
}

TEST(Admission, APollingThreadBesideTheRealtimePcpusIsNobodysBusiness) {
    const Lease guest = lease_for(realtime_guest(2, {4, 5}));
    EXPECT_TRUE(admit(guest, {{}, {kPmdOnThree}}, kOnline));
    EXPECT_TRUE(admission_findings(guest, {{}, {kPmdOnThree}}).empty());
}

} // namespace
} // namespace nova_rt::test
