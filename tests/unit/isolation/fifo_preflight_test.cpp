#include "isolation/fifo_preflight.hpp"

#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

struct FifoPreflightTest : testing::Test {
    FifoPreflightTest() {
        host.put("proc/sys/kernel/sched_rt_runtime_us", "950000\n");
        host.put("proc/self/mountinfo",
                 "30 25 0:26 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n"
                 "31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n");
        host.put("sys/fs/cgroup/cpu,cpuacct/machine.slice/cpu.rt_runtime_us", "0\n");
    }

    FixtureHost host;
    EngineOnFixture fixture{host};
};

TEST_F(FifoPreflightTest, RefusesWhatLibvirtWouldBeRefused) {
    const auto report = fixture.engine.prepare(realtime_guest(1, {2}));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::Refused);
    EXPECT_THAT(report.error().message(), testing::HasSubstr("set kernel.sched_rt_runtime_us=-1"));
    EXPECT_THAT(report.error().message(), testing::HasSubstr("/sys/fs/cgroup/cpu,cpuacct/machine.slice"));
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(FifoPreflightTest, TellsAGuestThatIsNotRequired) {
    const auto report = fixture.engine.prepare(realtime_guest(1, {2}, IsolationMode::BestEffort));
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::SchedulingWrong));
}

TEST_F(FifoPreflightTest, IsSilentWhereFifoIsPossible) {
    host.put("proc/sys/kernel/sched_rt_runtime_us", "-1\n");
    EXPECT_TRUE(check_fifo_possible(fixture.reader));
    host.put("proc/sys/kernel/sched_rt_runtime_us", "950000\n");
    host.erase("sys/fs/cgroup/cpu,cpuacct/machine.slice");
    EXPECT_TRUE(check_fifo_possible(fixture.reader)) << "libvirt is not in the cpu controller";
    host.put("sys/fs/cgroup/cpu,cpuacct/machine.slice/cpu.shares", "1024");
    EXPECT_TRUE(check_fifo_possible(fixture.reader)) << "no CONFIG_RT_GROUP_SCHED";
}

} // namespace
} // namespace nova_rt::test
