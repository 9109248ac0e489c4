#include "knobs/vcpu_fifo.hpp"

#include "support/guest_on_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

const HostDemand kDemand{.online = CpuSet::range(0, 3), .isolated = {2, 3}, .housekeeping = {0, 1}};

struct VcpuFifoTest : testing::Test {
    [[nodiscard]] ThreadProbe probe() { return VcpuFifo().probe(guest.view(), guest.lease, kDemand).value(); }

    FixtureHost host;
    GuestOnFixture guest{host};
};

TEST_F(VcpuFifoTest, IsContentWithAGuestThatHasWhatItsXmlSays) {
    guest.start();
    EXPECT_TRUE(probe().targets.empty());
    EXPECT_TRUE(probe().findings.empty());
}

TEST_F(VcpuFifoTest, RepairsAMissingPolicyAndAWrongPriority) {
    for (const Scheduling wrong : {Scheduling{}, Scheduling{SchedulingPolicy::Fifo, 9}}) {
        guest.vcpu_scheduling = wrong;
        guest.start();
        const auto found = probe();
        ASSERT_EQ(found.targets.size(), 2U);
        EXPECT_EQ(found.targets[0].wanted, "fifo 1");
        EXPECT_EQ(found.targets[0].kind, FindingKind::SchedulingWrong);
    }
}

TEST_F(VcpuFifoTest, ReportsAWrongPinAndLeavesItToItsOwner) {
    guest.start();
    host.put("proc/4010/fixture_affinity", "1-2");
    const auto found = probe();
    EXPECT_TRUE(found.targets.empty());
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_EQ(found.findings[0].kind, FindingKind::AffinityWrong);
    EXPECT_THAT(found.findings[0].text, testing::HasSubstr("1-2"));
}

TEST_F(VcpuFifoTest, ReportsARealtimePolicyNobodyAskedFor) {
    guest.start();
    guest.lease.vcpu_scheduling.erase(VcpuId{1});
    const auto found = probe();
    EXPECT_TRUE(found.targets.empty());
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_EQ(found.findings[0].severity, Finding::Severity::Warning);
}

TEST_F(VcpuFifoTest, ReportsARealtimeVcpuWithoutAThread) {
    guest.start();
    guest.lease.threads->vcpus.erase(VcpuId{0});
    ASSERT_EQ(probe().findings.size(), 1U);
    EXPECT_EQ(probe().findings[0].subject, "vCPU 0");
}

TEST_F(VcpuFifoTest, HasNothingToSayAboutAGuestThatEnded) {
    EXPECT_TRUE(probe().findings.empty());
    EXPECT_TRUE(probe().targets.empty());
}

} // namespace
} // namespace nova_rt::test
