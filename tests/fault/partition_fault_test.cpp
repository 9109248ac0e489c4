// Crashes and failed writes in lives with isolated partitions.
#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>

namespace nova_rt::test {
namespace {

/// A life with partitions: two guests beside each other, both running.
struct PartitionFault : testing::Test {
    PartitionFault() {
        host.add_irq(24, "0-3");
        host.use_cgroup2();
        host.add_kernel_thread( // the kernel gives it other CPUs whenever a partition comes or goes
            {.tid = 60, .comm = "kswapd1", .affinity = {1, 2, 3}, .scheduling = {}, .cgroup = "/"});
        threads = run(host, guest, 4000);
        other_threads = run(host, other, 5000);
    }

    static GuestThreads run(const FixtureHost& host, const GuestDomain& guest, int pid) {
        const std::string domain = "/machine.slice/machine-" + std::to_string(pid) + ".scope/libvirt";
        GuestThreads known{.qemu = Pid{pid}, .vcpus = {}, .disputed = {}};
        std::vector<FixtureThread> all = {
            {.tid = pid, .comm = "qemu", .affinity = {0}, .scheduling = {}, .cgroup = domain + "/emulator"}};
        for (const auto& [vcpu, pins] : guest.vcpu_pins) {
            const int tid = pid + 10 + static_cast<int>(vcpu.value);
            known.vcpus[vcpu] = Tid{tid};
            all.push_back({.tid = tid,
                           .comm = "CPU " + std::to_string(vcpu.value) + "/KVM",
                           .affinity = pins,
                           .scheduling = {SchedulingPolicy::Fifo, 1},
                           .cgroup = domain + "/vcpu" + std::to_string(vcpu.value)});
        }
        host.add_process(pid, all);
        return known;
    }

    /// Runs the call in a process of its own that is killed behind its n-th step. False: it took fewer steps.
    bool killed_behind(int step, const std::function<void(IsolationEngine&)>& call) {
        const pid_t child = ::fork();
        if (child == 0) {
            EngineOnFixture fixture(host, {.kill_after = step});
            call(fixture.engine);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }

    void start_other() {
        ASSERT_TRUE(EngineOnFixture(host).engine.prepare(other));
        ASSERT_TRUE(EngineOnFixture(host).engine.started(other.uuid, other_threads));
    }

    FixtureHost host;
    GuestDomain guest = realtime_guest(1, {2, 3});
    GuestDomain other = realtime_guest(2, {1});
    GuestThreads threads;
    GuestThreads other_threads;
};

TEST_F(PartitionFault, AnywhereInStartedIsUndoneByReleaseAndLeavesTheOtherGuestIsolated) {
    const auto before = host.snapshot();
    start_other();
    const auto other_alone = host.snapshot();
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "1");
    int step = 1;
    const auto started = [&](IsolationEngine& engine) {
        static_cast<void>(engine.started(guest.uuid, threads));
    };
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    while (killed_behind(step, started)) {
        SCOPED_TRACE(step);
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        ASSERT_EQ(host.snapshot(), other_alone);
        ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
        ++step;
    }
    EXPECT_GE(step, 10) << "lease, intent, seven settings, commit";
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "1-3");
    ASSERT_TRUE(EngineOnFixture(host).engine.release(other.uuid));
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "2-3");
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(PartitionFault, AnywhereInReleaseIsFinishedByReconcile) {
    const auto before = host.snapshot();
    start_other();
    const auto other_alone = host.snapshot();
    int step = 1;
    const auto release = [&](IsolationEngine& engine) { static_cast<void>(engine.release(guest.uuid)); };
    const auto start = [&] {
        return EngineOnFixture(host).engine.prepare(guest).has_value() &&
               EngineOnFixture(host).engine.started(guest.uuid, threads).has_value();
    };
    ASSERT_TRUE(start());
    while (killed_behind(step, release)) {
        SCOPED_TRACE(step);
        ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
        ASSERT_TRUE(EngineOnFixture(host).engine.reconcile({other.uuid}));
        ASSERT_EQ(host.snapshot(), other_alone);
        ASSERT_TRUE(start());
        ++step;
    }
    EXPECT_GE(step, 10);
    ASSERT_TRUE(EngineOnFixture(host).engine.release(other.uuid));
    EXPECT_EQ(host.snapshot(), before);
}

TEST_F(PartitionFault, AnyFailedWriteOfStartedIsReportedAndMadeGood) {
    const auto before = host.snapshot();
    for (const int error : {EACCES, EBUSY, EINVAL, EIO, ENOSPC}) {
        for (int step = 1; step <= 9; ++step) {
            SCOPED_TRACE(std::to_string(error) + " at step " + std::to_string(step));
            ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
            EngineOnFixture faulty(host, {.fail_from = step, .fail_errno = error});
            const auto report = faulty.engine.started(guest.uuid, threads);
            EXPECT_TRUE(!report || !report->findings.empty());
            ASSERT_TRUE(EngineOnFixture(host).engine.started(guest.uuid, threads));
            EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "2-3");
            EngineOnFixture half_blind(host, {.fail_from = step, .fail_errno = error});
            static_cast<void>(half_blind.engine.release(guest.uuid));
            ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
            ASSERT_TRUE(EngineOnFixture(host).engine.reconcile({}));
            ASSERT_EQ(host.snapshot(), before);
            ASSERT_TRUE(host.state_snapshot().empty());
        }
    }
}

} // namespace
} // namespace nova_rt::test
