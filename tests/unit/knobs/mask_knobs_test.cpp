#include "knobs/irq_default_affinity.hpp"
#include "knobs/knob_registry.hpp"
#include "knobs/packet_steering.hpp"
#include "knobs/watchdog_cpumask.hpp"
#include "knobs/workqueue_cpumask.hpp"
#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <set>

namespace nova_rt::test {
namespace {

const Setting kMask = Setting::attribute("mask", ValueFormat::CpuMask);

TEST(IrqDefaultAffinityTest, ReadsAndWritesMasksWithGroups) {
    const HostDemand demand{
        .online = CpuSet::range(0, 63), .isolated = {32, 33}, .housekeeping = CpuSet::range(0, 31)};
    EXPECT_EQ(IrqDefaultAffinity().desired(kMask, "ffffffff,ffffffff", demand), "fffffffc,ffffffff");
    EXPECT_EQ(IrqDefaultAffinity().desired(kMask, "00000000,00000001", demand), "00000000,00000001");
    EXPECT_EQ(IrqDefaultAffinity().desired(kMask, "3,00000000", demand), "ffffffff");
}

TEST(WorkqueueCpumaskTest, AcceptsThatTheKernelTakesOutMore) {
    const WorkqueueCpumask knob;
    EXPECT_TRUE(knob.matches(kMask, "f", "0000000f"));
    EXPECT_TRUE(knob.matches(kMask, "f", "3")) << "isolated partitions are subtracted";
    EXPECT_FALSE(knob.matches(kMask, "f", "1f"));
    EXPECT_FALSE(knob.matches(kMask, "f", "0"));
}

std::vector<std::string> paths(const HostKnob& knob, const FixtureHost& host) {
    EngineOnFixture fixture(host);
    const auto settings =
        knob.probe({.files = fixture.reader, .threads = fixture.threads, .lister = fixture.lister});
    std::vector<std::string> found;
    for (const auto& probed : settings ? *settings : std::vector<ProbedSetting>{}) {
        found.push_back(probed.setting.path);
    }
    return found;
}

TEST(WorkqueueCpumaskTest, CoversWorkqueuesWithAMaskOfTheirOwn) {
    const FixtureHost host;
    host.put("sys/devices/virtual/workqueue/cpumask_requested", "f");
    host.put("sys/devices/virtual/workqueue/power/control", "auto");
    EXPECT_EQ(paths(WorkqueueCpumask(), host),
              (std::vector<std::string>{"sys/devices/virtual/workqueue/cpumask",
                                        "sys/devices/virtual/workqueue/writeback/cpumask"}));
}

TEST(PacketSteeringTest, NarrowsWhatSteersAndNeverTurnsSteeringOn) {
    const FixtureHost host;
    host.erase("sys/class/net");
    host.put("sys/devices/virtual/net/lo/queues/rx-0/rps_cpus", "0");
    host.put("sys/devices/pci/net/eth0/queues/rx-0/rps_cpus", "f");
    host.put("sys/devices/pci/net/eth0/queues/rx-1/rps_cpus", "00000000,00000000");
    host.put("sys/devices/pci/net/eth0/queues/tx-0/xps_cpus", "8");
    host.put("sys/devices/pci/net/eth0/queues/tx-0/xps_rxqs", "1");
    host.put("sys/class/net/bonding_masters", "bond0");
    host.put_link("sys/class/net/lo", "../../devices/virtual/net/lo");
    host.put_link("sys/class/net/eth0", "../../devices/pci/net/eth0");
    host.put_link("sys/class/net/gone", "../../devices/virtual/net/gone");
    const PacketSteering knob;
    EXPECT_EQ(paths(knob, host), (std::vector<std::string>{"sys/class/net/eth0/queues/rx-0/rps_cpus",
                                                           "sys/class/net/eth0/queues/tx-0/xps_cpus"}));
    const HostDemand demand{.online = CpuSet::range(0, 3), .isolated = {3}, .housekeeping = {0, 1, 2}};
    EXPECT_EQ(knob.desired(kMask, "f", demand), "7");
    EXPECT_EQ(knob.desired(kMask, "8", demand), "7") << "never zero: that would turn it off";
    EXPECT_TRUE(knob.matches(kMask, "7", "3")) << "CPU 2 is offline";
    EXPECT_FALSE(knob.matches(kMask, "7", "0"));
}

TEST(WatchdogCpumaskTest, IsLeftAloneWhereTheWriteCouldWaitForeverForABusyCpu) {
    const FixtureHost host;
    const std::vector<std::string> offered = {"proc/sys/kernel/watchdog_cpumask"};
    host.put("proc/sys/kernel/sched_rt_runtime_us", "950000");
    EXPECT_EQ(paths(WatchdogCpumask(), host), offered) << "6.1 throttles realtime threads";
    host.put("proc/sys/kernel/sched_rt_runtime_us", "-1");
    EXPECT_TRUE(paths(WatchdogCpumask(), host).empty());
    host.put("proc/sys/kernel/osrelease", "6.12.0");
    EXPECT_EQ(paths(WatchdogCpumask(), host), offered) << "6.12 has fair servers";
    host.put("sys/kernel/debug/sched/fair_server/cpu0/runtime", "50000000");
    host.put("sys/kernel/debug/sched/fair_server/cpu1/runtime", "0");
    EXPECT_TRUE(paths(WatchdogCpumask(), host).empty()) << "one is off";
    const HostDemand demand{.online = CpuSet::range(0, 3), .isolated = {3}, .housekeeping = {0, 1, 2}};
    EXPECT_EQ(WatchdogCpumask().desired(Setting::attribute("mask", ValueFormat::CpuList), "0-3", demand),
              "0-2");
}

TEST(MaskKnobs, ProbeNothingOnAKernelWithoutTheFile) {
    const FixtureHost host;
    host.erase("sys/devices/virtual/workqueue");
    host.erase("proc/irq");
    host.erase("proc/sys/kernel/watchdog_cpumask");
    host.erase("sys/class/net");
    EngineOnFixture fixture(host);
    const HostView view{.files = fixture.reader, .threads = fixture.threads, .lister = fixture.lister};
    for (const HostKnob* const knob : host_knobs()) {
        const auto settings = knob->probe(view);
        ASSERT_TRUE(settings) << knob->traits().name;
        EXPECT_TRUE(settings->empty()) << knob->traits().name;
    }
}

TEST(KnobRegistry, FindsEveryKnobByItsOneName) {
    std::set<std::string_view> names;
    for (const HostKnob* const knob : host_knobs()) {
        EXPECT_EQ(find_host_knob(knob->traits().name), knob);
        names.insert(knob->traits().name);
    }
    for (const ThreadKnob* const knob : thread_knobs()) {
        EXPECT_EQ(find_knob(knob->traits().name), knob);
        names.insert(knob->traits().name);
    }
    EXPECT_EQ(names.size(), host_knobs().size() + thread_knobs().size());
    EXPECT_EQ(find_knob("no_such_knob"), nullptr);
}

} // namespace
} // namespace nova_rt::test
