#include "knobs/irq_default_affinity.hpp"
#include "knobs/knob_registry.hpp"
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

TEST(MaskKnobs, ProbeNothingOnAKernelWithoutTheFile) {
    const FixtureHost host;
    host.erase("sys/devices/virtual/workqueue");
    host.erase("proc/irq");
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
