#include "isolation/thread_sweeper.hpp"

#include "support/guest_on_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

struct CheckGuestThreads : testing::Test {
    [[nodiscard]] CheckedThreads check() {
        guest.start();
        return check_guest_threads(guest.view(), claimed).value();
    }

    FixtureHost host;
    GuestOnFixture guest{host};
    GuestThreads claimed = GuestOnFixture::known_threads();
};

TEST_F(CheckGuestThreads, ConfirmsWhatProcSaysToo) {
    const auto checked = check();
    EXPECT_EQ(checked.threads.vcpus, claimed.vcpus);
    EXPECT_EQ(checked.threads.start_time, 1000U + GuestOnFixture::kQemu);
    EXPECT_TRUE(checked.findings.empty());
}

TEST_F(CheckGuestThreads, DisputesAThreadOfAnotherName) {
    guest.add({.comm = "worker", .affinity = {0}, .scheduling = {}}, "emulator");
    claimed.vcpus[VcpuId{0}] = Tid{GuestOnFixture::kQemu + 1};
    const auto checked = check();
    EXPECT_EQ(checked.threads.disputed, std::set{Tid{GuestOnFixture::kQemu + 1}});
    EXPECT_FALSE(checked.threads.vcpus.contains(VcpuId{0}));
    ASSERT_EQ(checked.findings.size(), 1U);
    EXPECT_THAT(checked.findings[0].text, testing::HasSubstr("\"worker\""));
}

TEST_F(CheckGuestThreads, DisputesSwappedVcpus) {
    std::swap(claimed.vcpus[VcpuId{0}], claimed.vcpus[VcpuId{1}]);
    EXPECT_EQ(check().threads.disputed.size(), 2U);
}

TEST_F(CheckGuestThreads, DisputesAVcpuInTheWrongCgroup) {
    guest.start();
    host.put("proc/4010/cgroup", "3:cpuset:/machine/qemu-1-a.libvirt-qemu/emulator\n");
    const auto checked = check_guest_threads(guest.view(), claimed);
    EXPECT_EQ(checked->threads.disputed, std::set{Tid{GuestOnFixture::kFirstVcpu}});
}

TEST_F(CheckGuestThreads, DisputesAThreadOfAnotherProcess) {
    host.add_process(9, {{.tid = 9, .comm = "CPU 0/KVM", .affinity = {0}, .scheduling = {}, .cgroup = "/"}});
    claimed.vcpus[VcpuId{0}] = Tid{9};
    EXPECT_EQ(check().threads.disputed, std::set{Tid{9}});
}

TEST_F(CheckGuestThreads, SaysNotFoundWhenQemuIsGone) {
    EXPECT_EQ(check_guest_threads(guest.view(), claimed).error().code(), ErrorCode::NotFound);
}

} // namespace
} // namespace nova_rt::test
