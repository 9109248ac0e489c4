#include "isolation/admission.hpp"

#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

HostCpus host_with(const CpuSet& online) {
    return {.online = online, .siblings = {}, .nodes = {}, .partitioned = {}};
}

const HostCpus kHost = host_with(CpuSet::range(0, 7));
const Lease kFirst = lease_for(realtime_guest(1, {2, 3}));

TEST(Admission, RefusesASecondRealtimeGuestOnAPcpuAndNamesBoth) {
    const auto status = admit(lease_for(realtime_guest(2, {3, 4})), {{kFirst}, {}}, kHost);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::Refused);
    EXPECT_THAT(status.error().message(),
                testing::AllOf(testing::HasSubstr("instance-1"), testing::HasSubstr("instance-2"),
                               testing::HasSubstr("pCPUs 3")));
}

TEST(Admission, AdmitsDisjointGuestsAndTheSameGuestAgain) {
    EXPECT_TRUE(admit(lease_for(realtime_guest(2, {4})), {{kFirst}, {}}, kHost));
    EXPECT_TRUE(admit(kFirst, {{kFirst}, {}}, kHost));
    EXPECT_TRUE(admission_findings(kFirst, {{kFirst}, {}}).empty());
}

TEST(Admission, RefusesTheLastHousekeepingCpu) {
    const auto status =
        admit(lease_for(realtime_guest(2, {0, 1})), {{kFirst}, {}}, host_with(CpuSet::range(0, 3)));
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message(), testing::HasSubstr("no housekeeping CPU"));
}

TEST(Admission, RefusesARealtimeVcpuWithoutPin) {
    GuestDomain guest = realtime_guest(2, {4, 5});
    guest.vcpu_pins.erase(VcpuId{1});
    const auto status = admit(lease_for(guest), {}, kHost);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message(), testing::HasSubstr("vCPUs 1 have no pin"));
}

TEST(Admission, ReportsAnotherGuestsHelpersOnARealtimePcpu) {
    GuestDomain neighbour = realtime_guest(2, {5});
    neighbour.emulator_pins = CpuSet{2};
    EXPECT_TRUE(admit(lease_for(neighbour), {{kFirst}, {}}, kHost)) << "no realtime vCPUs collide";
    EXPECT_TRUE(
        has_finding(admission_findings(lease_for(neighbour), {{kFirst}, {}}), FindingKind::Collision));
    EXPECT_TRUE(
        has_finding(admission_findings(kFirst, {{lease_for(neighbour)}, {}}), FindingKind::Collision));
}

const PmdThread kPmdOnThree{PcpuId{3}, Tid{77}, Pid{70}, "pmd-c03/id:9", "ovs-vswitchd"};

TEST(Admission, RefusesAPcpuThatASwitchPollsAndNamesTheThread) {
    const auto status = admit(kFirst, {{}, {kPmdOnThree}}, kHost);
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
    EXPECT_TRUE(admit(guest, {{}, {kPmdOnThree}}, kHost));
    EXPECT_TRUE(admission_findings(guest, {{}, {kPmdOnThree}}).empty());
}

TEST(Admission, RefusesAPinThatIsNotOnline) {
    const auto status = admit(kFirst, {}, host_with({0, 1, 2}));
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message(),
                testing::HasSubstr("pCPUs 3, which are not online; online are 0-2"));
}

TEST(Admission, RefusesThreadSiblingsOfAnotherGuestOrASwitch) {
    HostCpus host = kHost;
    host.siblings = {{2, CpuSet{2, 6}}, {3, CpuSet{3, 7}}};
    EXPECT_TRUE(admit(kFirst, {}, host));
    const auto realtime = admit(kFirst, {{lease_for(realtime_guest(2, {6}))}, {}}, host);
    ASSERT_FALSE(realtime);
    EXPECT_THAT(realtime.error().message(),
                testing::HasSubstr("thread siblings 6 carry guest \"instance-2\""));
    GuestDomain helpers = realtime_guest(2, {5});
    helpers.emulator_pins = CpuSet{7};
    EXPECT_THAT(admit(kFirst, {{lease_for(helpers)}, {}}, host).error().message(),
                testing::HasSubstr("thread siblings 7"));
    EXPECT_THAT(admit(kFirst, {{}, {{PcpuId{7}, Tid{77}, Pid{70}, "pmd-c07/id:9", "ovs-vswitchd"}}}, host)
                    .error()
                    .message(),
                testing::HasSubstr("pmd-c07/id:9"));
    EXPECT_TRUE(admit(lease_for(realtime_guest(3, {2, 6})), {}, host)) << "a whole core of its own";
}

TEST(Admission, RefusesAnotherPartitionsPcpusButNotItsOwn) {
    HostCpus host = kHost;
    host.partitioned = {3};
    const auto status = admit(kFirst, {}, host);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message(), testing::HasSubstr("pCPUs 3 of guest"));
    EXPECT_TRUE(admit(kFirst, {{kFirst}, {}}, host)) << "the hook's second call for the same guest";
    EXPECT_TRUE(admit(lease_for(realtime_guest(2, {4})), {}, host));
}

TEST(Admission, LeavesAHousekeepingCpuOnEveryNodeItTakesFrom) {
    HostCpus host = kHost;
    host.nodes = {{0, CpuSet::range(0, 3)}, {1, CpuSet::range(4, 7)}};
    const PcpuOwners owners{{lease_for(realtime_guest(2, {4, 5}))}, {}};
    EXPECT_TRUE(admit(lease_for(realtime_guest(3, {6})), owners, host));
    const auto status = admit(lease_for(realtime_guest(3, {6, 7})), owners, host);
    ASSERT_FALSE(status);
    EXPECT_THAT(
        status.error().message(),
        testing::HasSubstr("no housekeeping CPU on NUMA node 1: online are 4-7, leased to realtime guests "
                           "would be 4-7"));
    EXPECT_TRUE(admit(lease_for(realtime_guest(3, {2})), owners, host)) << "the full node is not its own";
}

TEST(HostCpusTest, AreReadFromTheKernelsFiles) {
    const FixtureHost fixture(8);
    fixture.put("sys/devices/system/node/node0/cpulist", "0-3\n");
    fixture.put("sys/devices/system/node/node1/cpulist", "4-9\n");
    fixture.put("sys/devices/system/node/node2/cpulist", "\n");
    fixture.put("sys/devices/system/node/online", "0-2\n");
    fixture.put("sys/devices/system/cpu/cpu2/topology/thread_siblings_list", "2,6\n");
    fixture.put("sys/devices/system/cpu/isolated", "7\n");
    fixture.put("sys/fs/cgroup/cpuset.cpus.isolated", "3,7\n");
    EngineOnFixture engine(fixture);
    const auto host = read_host_cpus(engine.reader, {2, 3});
    ASSERT_TRUE(host) << host.error().message();
    EXPECT_EQ(host->online, CpuSet::range(0, 7));
    EXPECT_EQ(host->nodes, (std::map<unsigned, CpuSet>{{0, CpuSet::range(0, 3)}, {1, CpuSet::range(4, 7)}}));
    EXPECT_EQ(host->siblings, (std::map<unsigned, CpuSet>{{2, CpuSet{2, 6}}}));
    EXPECT_EQ(host->partitioned, CpuSet{3});
}

} // namespace
} // namespace nova_rt::test
