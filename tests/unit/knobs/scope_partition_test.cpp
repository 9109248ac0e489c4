#include "knobs/scope_partition.hpp"

#include "support/guest_on_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

using testing::HasSubstr;

constexpr const char* kScope = "sys/fs/cgroup/machine.slice/machine-qemu-1.scope";
constexpr const char* kDomain = "/machine.slice/machine-qemu-1.scope/libvirt";
const HostDemand kDemand{.online = CpuSet::range(0, 7), .isolated = {2, 3}, .housekeeping = {0, 1}};

/// Guest: vCPUs on pCPUs 2 and 3, emulator on 4; node: machine.slice has 2-7, of which 2-5 are dedicated.
struct ScopePartitionTest : testing::Test {
    ScopePartitionTest() {
        host.use_cgroup2(RemotePartitions::No);
        guest.domain.emulator_pins = CpuSet{4};
        guest.lease.emulator_pins = CpuSet{4};
        guest.lease.other_pcpus = CpuSet{4};
        guest.domain_cgroup = kDomain;
        guest.main_cgroup = std::string(kDomain) + "/emulator";
        guest.start();
    }

    void prepare_node() {
        EXPECT_EQ(host.cpuset().write("/machine.slice", "cpuset.cpus", "2-7"), 0);
        EXPECT_EQ(host.cpuset().write("/machine.slice", "cpuset.cpus.partition", "root"), 0);
        host.put(kPreparedNodeFile, "2-5\n");
    }

    [[nodiscard]] GuestProbe probe() { return ScopePartition().probe(guest.view(), {guest.lease}, kDemand); }

    void expect_obstacle(const std::string& text) {
        const auto found = probe();
        EXPECT_TRUE(found.targets.empty());
        ASSERT_EQ(found.findings.size(), 1U);
        EXPECT_EQ(found.findings[0].kind, FindingKind::NotExclusive);
        EXPECT_THAT(found.findings[0].text, HasSubstr(text));
    }

    FixtureHost host{8};
    GuestOnFixture guest{host};
};

TEST_F(ScopePartitionTest, GivesTheScopeAllPcpusOfItsGuestAndTakesThemBack) {
    prepare_node();
    const auto before = host.snapshot();
    IsolationEngine& engine = guest.fixture.engine;
    ASSERT_TRUE(engine.prepare(guest.domain));
    ASSERT_TRUE(engine.started(guest.domain.uuid, GuestOnFixture::known_threads()));
    EXPECT_EQ(host.get(std::string(kScope) + "/cpuset.cpus"), "2-4");
    EXPECT_EQ(host.get(std::string(kScope) + "/cpuset.cpus.partition"), "isolated");
    const auto verified = engine.verify(guest.domain.uuid);
    EXPECT_FALSE(has_finding(verified->findings, FindingKind::NotExclusive));
    ASSERT_TRUE(engine.release(guest.domain.uuid));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(ScopePartitionTest, SaysThatTheNodeIsNotPrepared) {
    expect_obstacle("nova-rt node prepare");
}

TEST_F(ScopePartitionTest, LeavesAGuestAloneWhoseEmulatorThreadsShareTheirPcpus) {
    prepare_node();
    guest.lease.emulator_pins = CpuSet{6};
    expect_obstacle("its pCPUs 6 are not dedicated");
    guest.lease.emulator_pins.reset();
    expect_obstacle("the emulator threads have no pin");
    guest.lease.vcpu_pins.erase(VcpuId{0});
    expect_obstacle("vCPU 0 has no pin");
}

TEST_F(ScopePartitionTest, LeavesAGuestAloneThatSharesAPcpuWithAGuestOfAnyKind) {
    prepare_node();
    host.cpuset().add("/machine.slice/machine-qemu-2.scope/libvirt/emulator", "4-5");
    expect_obstacle("machine-qemu-2.scope/libvirt/emulator/cpuset.cpus reads 4-5");
}

TEST_F(ScopePartitionTest, IsNotForKernelsWithRemotePartitionsNorForVersionOne) {
    FixtureHost newer{8};
    newer.use_cgroup2();
    GuestOnFixture other{newer};
    other.domain_cgroup = kDomain;
    other.start();
    const auto found = ScopePartition().probe(other.view(), {other.lease}, kDemand);
    EXPECT_TRUE(found.targets.empty());
    EXPECT_TRUE(found.findings.empty());
}

} // namespace
} // namespace nova_rt::test
