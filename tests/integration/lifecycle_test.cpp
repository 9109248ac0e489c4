// A realtime guest's life on a real libvirtd, from flavor to give-back.
#include "base/text.hpp"

#include "integration/realtime_node.hpp"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace nova_rt::test {
namespace {

using ::testing::HasSubstr;

using Lifecycle = RealtimeNode;

TEST_F(Lifecycle, IsolatesAGuestFromAFlavorAndGivesEverythingBack) {
    const auto started = start({});
    ASSERT_EQ(started.status, 0) << started.err;
    ASSERT_EQ(state("nova-rt-a"), "running");
    expect_isolated("nova-rt-a");

    const auto journal = nova_rt({"journal", "--json"});
    ASSERT_EQ(journal.status, 0) << journal.err;
    const auto document = nlohmann::json::parse(journal.out);
    EXPECT_EQ(document.at("leases").size(), 1U) << journal.out;
    EXPECT_FALSE(document.at("entries").empty()) << journal.out;

    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    expect_baseline();
    const auto after = nlohmann::json::parse(nova_rt({"journal", "--json"}).out);
    EXPECT_TRUE(after.at("leases").empty());
    EXPECT_TRUE(after.at("entries").empty());
}

TEST_F(Lifecycle, PlacesTheHelperThreadsOfAKvmGuest) {
    if (::access("/dev/kvm", R_OK | W_OK) != 0) {
        GTEST_SKIP() << "SKIP no-kvm: /dev/kvm cannot be opened";
    }
    const auto started = start({.virt_type = "kvm"});
    ASSERT_EQ(started.status, 0) << started.err;
    expect_isolated("nova-rt-a");
    const std::string suffix = "/" + std::to_string(qemu_pid("nova-rt-a"));
    for (const auto& thread : kernel_threads("kvm-pit")) {
        if (thread.comm.ends_with(suffix)) {
            EXPECT_FALSE(thread.affinity.contains(realtime_pcpu_)) << thread.comm;
        }
    }
}

TEST_F(Lifecycle, LeavesAnOrdinaryGuestBesideARealtimeOneAlone) {
    const GuestWish ordinary{.name = "nova-rt-ordinary",
                             .uuid = "bbbbbbbb-0000-4000-8000-000000000001",
                             .isolation = "",
                             .virt_type = "qemu",
                             .realtime = false};
    ASSERT_EQ(start(ordinary).status, 0);
    EXPECT_EQ(host_settings(), baseline_) << "an ordinary guest must not change the host";
    ASSERT_EQ(start({}).status, 0);
    expect_isolated("nova-rt-a");
    EXPECT_EQ(state("nova-rt-ordinary"), "running");
    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    expect_baseline();
    EXPECT_EQ(state("nova-rt-ordinary"), "running");
}

TEST_F(Lifecycle, RefusesASecondRequiredGuestOnTheSamePcpu) {
    ASSERT_EQ(start({}).status, 0);
    const GuestWish second{.name = "nova-rt-b",
                           .uuid = "aaaaaaaa-0000-4000-8000-000000000002",
                           .isolation = "required",
                           .beside_others = false};
    const auto refused = start(second);
    EXPECT_NE(refused.status, 0);
    EXPECT_THAT(refused.err, HasSubstr("aaaaaaaa-0000-4000-8000-000000000001"))
        << "names the guest in the way";
    EXPECT_EQ(state("nova-rt-b"), "") << "a guest that could not start is not left defined";
    EXPECT_EQ(state("nova-rt-a"), "running");
    expect_isolated("nova-rt-a");
}

TEST_F(Lifecycle, ReportsASecondBestEffortGuestOnTheSamePcpuAsACollision) {
    ASSERT_EQ(start({}).status, 0);
    const GuestWish second{.name = "nova-rt-b",
                           .uuid = "aaaaaaaa-0000-4000-8000-000000000002",
                           .isolation = "best_effort",
                           .beside_others = false};
    const auto started = start(second);
    ASSERT_EQ(started.status, 0) << started.err;
    const auto doctor = nova_rt({"doctor"});
    EXPECT_EQ(doctor.status, 1) << "a check failed";
    EXPECT_THAT(doctor.out, HasSubstr("collision"));
    EXPECT_THAT(doctor.out, HasSubstr("nova-rt-b"));
    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    expect_isolated("nova-rt-b");
}

TEST_F(Lifecycle, SurvivesARestartOfLibvirtd) {
    ASSERT_EQ(start({}).status, 0);
    const int pid = qemu_pid("nova-rt-a");
    const auto isolated = host_settings();
    stop_libvirtd();
    start_libvirtd();
    ASSERT_EQ(state("nova-rt-a"), "running") << "reconnect must never fail";
    EXPECT_EQ(qemu_pid("nova-rt-a"), pid);
    EXPECT_EQ(host_settings(), isolated);
    expect_isolated("nova-rt-a");
}

TEST_F(Lifecycle, GivesBackWhatAKilledQemuHeld) {
    ASSERT_EQ(start({}).status, 0);
    ASSERT_EQ(::kill(qemu_pid("nova-rt-a"), SIGKILL), 0);
    ASSERT_TRUE(eventually([this] { return state("nova-rt-a") == "shut off"; }));
    expect_baseline();
}

TEST_F(Lifecycle, GivesBackWhatAGuestHeldThatDiedWithoutLibvirtd) {
    ASSERT_EQ(start({}).status, 0);
    const int pid = qemu_pid("nova-rt-a");
    stop_libvirtd();
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return ::kill(pid, 0) != 0; }));
    start_libvirtd();
    expect_baseline();
}

TEST_F(Lifecycle, StartsWorkBesideForeignHooksThatFail) {
    std::ofstream("/etc/libvirt/hooks/qemu")
        << "#!/bin/sh\ncat >/dev/null\necho \"$2\" >>/run/foreign-hook.log\n";
    std::ofstream("/etc/libvirt/hooks/qemu.d/90-broken") << "#!/bin/sh\n[ \"$2\" != started ]\n";
    ASSERT_EQ(::chmod("/etc/libvirt/hooks/qemu", 0755), 0);
    ASSERT_EQ(::chmod("/etc/libvirt/hooks/qemu.d/90-broken", 0755), 0);
    stop_libvirtd();
    start_libvirtd();

    EXPECT_NE(start({}).status, 0) << "90-broken fails `started`, so libvirt stops the guest";
    EXPECT_EQ(state("nova-rt-a"), "");
    expect_baseline();
    std::ifstream log("/run/foreign-hook.log");
    const std::string seen{std::istreambuf_iterator<char>(log), {}};
    EXPECT_THAT(seen, HasSubstr("prepare\nstart\nstarted\nstopped\nrelease\n")) << "the foreign hook ran too";

    ASSERT_EQ(::unlink("/etc/libvirt/hooks/qemu"), 0);
    ASSERT_EQ(::unlink("/etc/libvirt/hooks/qemu.d/90-broken"), 0);
    stop_libvirtd();
    start_libvirtd();
}

TEST_F(Lifecycle, AStateDirectoryWithoutRoomRefusesOnlyWhoInsists) {
    ASSERT_EQ(::mkdir("/run/nova-rt", 0755) == 0 || errno == EEXIST, true);
    ASSERT_EQ(run({"mount", "-t", "tmpfs", "-o", "size=4k,mode=0755", "tmpfs", "/run/nova-rt"}).status, 0);
    std::ofstream("/run/nova-rt/filler") << std::string(4096, 'x');

    const auto refused = start({.isolation = "required"});
    EXPECT_EQ(refused.status, 1) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("ENOSPC"));
    EXPECT_EQ(host_settings(), baseline_) << "nothing half-applied";

    const auto started = start({.isolation = "best_effort"});
    EXPECT_EQ(started.status, 0) << started.err;
    EXPECT_EQ(host_settings(), baseline_) << "without a durable intent nothing is written";
    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    ASSERT_EQ(run({"umount", "/run/nova-rt"}).status, 0);
}

TEST_F(Lifecycle, AReadOnlyStateDirectoryRefusesOnlyWhoInsists) {
    ASSERT_EQ(::mkdir("/run/nova-rt", 0755) == 0 || errno == EEXIST, true);
    ASSERT_EQ(run({"mount", "-t", "tmpfs", "-o", "ro,mode=0755", "tmpfs", "/run/nova-rt"}).status, 0);
    const auto refused = start({.isolation = "required"});
    EXPECT_EQ(refused.status, 1) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("EROFS"));
    EXPECT_EQ(start({.isolation = "best_effort"}).status, 0);
    EXPECT_EQ(host_settings(), baseline_);
    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    ASSERT_EQ(run({"umount", "/run/nova-rt"}).status, 0);
}

TEST_F(Lifecycle, AnOperatorCanTakeEverythingBackWhileTheGuestRuns) {
    ASSERT_EQ(start({}).status, 0);
    const auto isolated = host_settings();
    const auto dry_run = nova_rt({"release", "--all", "--dry-run"});
    EXPECT_EQ(dry_run.status, 0) << dry_run.err;
    EXPECT_THAT(dry_run.out, HasSubstr("would write /proc/irq/"));
    EXPECT_EQ(host_settings(), isolated);
    const auto released = nova_rt({"release", "--domain", "aaaaaaaa-0000-4000-8000-000000000001"});
    EXPECT_EQ(released.status, 0) << released.err;
    expect_baseline();
    EXPECT_EQ(nova_rt({"release", "--all"}).status, 0) << "nothing left to do is done";
    EXPECT_EQ(state("nova-rt-a"), "running");
}

TEST_F(Lifecycle, PausedGuestsKeepTheirLease) {
    ASSERT_EQ(start({}).status, 0);
    ASSERT_EQ(virsh({"suspend", "nova-rt-a"}).status, 0);
    expect_isolated("nova-rt-a");
    ASSERT_EQ(virsh({"resume", "nova-rt-a"}).status, 0);
    expect_isolated("nova-rt-a");
}

} // namespace
} // namespace nova_rt::test
