#include "knobs/qemu_thread_placement.hpp"

#include "support/guest_on_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

const HostDemand kDemand{.online = CpuSet::range(0, 3), .isolated = {2, 3}, .housekeeping = {0, 1}};

struct QemuThreadPlacementTest : testing::Test {
    [[nodiscard]] std::vector<ThreadTarget> targets() {
        const auto probe = QemuThreadPlacement().probe(guest.view(), guest.lease, kDemand);
        EXPECT_TRUE(probe) << probe.error().message();
        return probe ? probe->targets : std::vector<ThreadTarget>{};
    }

    FixtureHost host;
    GuestOnFixture guest{host};
};

TEST_F(QemuThreadPlacementTest, LeavesVcpusAndQuietThreadsAlone) {
    guest.start();
    EXPECT_TRUE(targets().empty());
}

TEST_F(QemuThreadPlacementTest, TakesAHelperOutOfAVcpusCgroupThenPolicyThenCpu) {
    guest.add({.comm = "kvm-nx-lpage-re", .affinity = {2}, .scheduling = {SchedulingPolicy::Fifo, 1}},
              "vcpu0");
    guest.start();
    const auto found = targets();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].setting.kind, SettingKind::CgroupMembership);
    EXPECT_EQ(found[0].wanted, "/machine/qemu-1-a.libvirt-qemu/emulator");
    EXPECT_EQ(found[1].wanted, "other 0");
    EXPECT_EQ(found[2].wanted, "0") << "the emulator's pin";
    EXPECT_LT(found[0].phase, found[1].phase);
    EXPECT_LT(found[1].phase, found[2].phase);
}

TEST_F(QemuThreadPlacementTest, UsesHousekeepingCpusWhenTheEmulatorHasNoQuietPin) {
    guest.lease.emulator_pins = CpuSet{2};
    guest.add({.comm = "worker", .affinity = CpuSet::range(0, 3), .scheduling = {}}, "emulator");
    guest.start();
    ASSERT_EQ(targets().size(), 1U);
    EXPECT_EQ(targets()[0].wanted, "0-1");
}

TEST_F(QemuThreadPlacementTest, KeepsTheSchedulingOfAThreadThatIsNotInTheWay) {
    guest.add({.comm = "IO iothread1", .affinity = {1}, .scheduling = {SchedulingPolicy::Fifo, 5}},
              "iothread1");
    guest.start();
    EXPECT_TRUE(targets().empty());
}

TEST_F(QemuThreadPlacementTest, NeverTouchesAThreadThatMightBeAVcpu) {
    guest.lease.threads->disputed = {Tid{4001}};
    guest.add({.comm = "qemu-system-x86", .affinity = {2}, .scheduling = {SchedulingPolicy::Fifo, 1}},
              "vcpu0");
    guest.add({.comm = "CPU 9/TCG", .affinity = {3}, .scheduling = {}}, "vcpu1");
    guest.start();
    EXPECT_TRUE(targets().empty());
}

TEST_F(QemuThreadPlacementTest, MovesTheKernelsHelpersOfThisGuestOnly) {
    guest.start();
    host.add_kernel_thread({.tid = 70,
                            .comm = "kvm-pit/4000",
                            .affinity = CpuSet::range(0, 3),
                            .scheduling = {},
                            .cgroup = "/"});
    host.add_kernel_thread({.tid = 71,
                            .comm = "kvm-pit/9999",
                            .affinity = CpuSet::range(0, 3),
                            .scheduling = {},
                            .cgroup = "/"});
    host.add_kernel_thread(
        {.tid = 72, .comm = "kworker/2:1", .affinity = {2}, .scheduling = {}, .cgroup = "/"});
    const auto found = targets();
    ASSERT_EQ(found.size(), 1U) << "affinity only: it is not in the domain's cgroups";
    EXPECT_EQ(found[0].setting.thread.tid, Tid{70});
}

TEST_F(QemuThreadPlacementTest, KeepsTheKernelsHelpersWithinTheReachOfTheirCgroup) {
    guest.lease.emulator_pins = CpuSet{0};
    guest.start();
    host.add_kernel_thread({.tid = 70,
                            .comm = "kvm-pit/4000",
                            .affinity = CpuSet::range(0, 3),
                            .scheduling = {},
                            .cgroup = "/"});
    ASSERT_EQ(targets().size(), 1U);
    EXPECT_EQ(targets()[0].wanted, "0");
    // The guests' slice is a partition of its own: the root cgroup has lost the emulator threads' CPU.
    host.put("sys/fs/cgroup/cpuset/cpuset.cpus.effective", "1-2\n");
    EXPECT_EQ(targets()[0].wanted, "1");
    host.put("sys/fs/cgroup/cpuset/cpuset.cpus.effective", "0-1\n");
    EXPECT_EQ(targets()[0].wanted, "0");
}

TEST_F(QemuThreadPlacementTest, DoesNothingToAProcessThatHasTheGuestsOldId) {
    guest.add({.comm = "innocent", .affinity = {2}, .scheduling = {}}, "vcpu0");
    guest.start();
    guest.lease.threads->start_time += 1;
    EXPECT_TRUE(targets().empty());
}

TEST_F(QemuThreadPlacementTest, DoesNotGuessAnEmulatorCgroup) {
    guest.main_cgroup = "/user.slice";
    guest.add({.comm = "worker", .affinity = {2}, .scheduling = {}}, "vcpu0");
    guest.start();
    ASSERT_EQ(targets().size(), 1U);
    EXPECT_EQ(targets()[0].setting.kind, SettingKind::ThreadAffinity);
}

TEST(VcpuName, IsWhatQemuCallsItsVcpuThreads) {
    EXPECT_TRUE(is_vcpu_name("CPU 0/KVM"));
    EXPECT_TRUE(is_vcpu_name("CPU 12/TCG", VcpuId{12}));
    EXPECT_FALSE(is_vcpu_name("CPU 12/TCG", VcpuId{1}));
    EXPECT_FALSE(is_vcpu_name("CPU x/KVM"));
    EXPECT_FALSE(is_vcpu_name("qemu-system-x86"));
}

TEST(GuestHelperName, NamesTheQemuProcess) {
    EXPECT_TRUE(is_guest_helper_name("vhost-4000", Pid{4000}));
    EXPECT_TRUE(is_guest_helper_name("kvm-nx-lpage-recovery-4000", Pid{4000}));
    EXPECT_FALSE(is_guest_helper_name("vhost-40001", Pid{4000}));
}

} // namespace
} // namespace nova_rt::test
