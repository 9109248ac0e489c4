#include "knobs/irq_affinity.hpp"

#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace nova_rt::test {
namespace {

const HostDemand kDemand{.online = CpuSet::range(0, 3), .isolated = {2, 3}, .housekeeping = {0, 1}};

struct IrqAffinityTest : testing::Test {
    [[nodiscard]] std::string desired(const std::string& baseline) const {
        return knob.desired(Setting::attribute("proc/irq/24/smp_affinity_list", ValueFormat::CpuList),
                            baseline, kDemand);
    }

    IrqAffinity knob;
    FixtureHost host;
    EngineOnFixture fixture{host};
    HostView view{.files = fixture.reader, .threads = fixture.threads, .lister = fixture.lister};
};

TEST_F(IrqAffinityTest, ProbesEveryInterrupt) {
    host.add_irq(24, "0-3");
    host.add_irq(9, "1");
    host.put("proc/irq/24/virtio0-input/ignored", "");
    const auto settings = knob.probe(view);
    ASSERT_TRUE(settings);
    ASSERT_EQ(settings->size(), 2U) << "default_smp_affinity is no interrupt";
    EXPECT_EQ(settings->at(0).setting.path, "proc/irq/24/smp_affinity_list");
    EXPECT_EQ(settings->at(0).value, "0-3");
}

TEST_F(IrqAffinityTest, WantsTheBaselineWithoutIsolatedCpus) {
    EXPECT_EQ(desired("0-3"), "0-1");
    EXPECT_EQ(desired("1"), "1");
    EXPECT_EQ(desired("2-3"), "0-1") << "never empty";
    EXPECT_EQ(desired("garbage"), "garbage") << "never a guess";
}

TEST_F(IrqAffinityTest, KnowsWhatTheKernelNeverMoves) {
    for (const int error : {EIO, EPERM, EINVAL}) {
        EXPECT_EQ(knob.classify(system_error(error, "write")), WriteFailure::Immovable);
    }
    EXPECT_EQ(knob.classify(system_error(ENOENT, "write")), WriteFailure::Gone);
    EXPECT_EQ(knob.classify(system_error(ENOSPC, "write")), WriteFailure::Failed) << "no vector left";
}

TEST_F(IrqAffinityTest, WidensAnInterruptThatWasBornDuringALease) {
    host.add_irq(24, "0-3");
    host.add_irq(25, "0-2");
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(realtime_guest(1, {3})));
    ASSERT_EQ(host.get("proc/irq/default_smp_affinity"), "7");
    host.add_irq(30, "0-2"); // requested now: the kernel gives it the default mask
    host.add_irq(31, "1");   // and this one was moved since
    ASSERT_TRUE(EngineOnFixture(host).engine.reconcile({guest_uuid(1)}));
    EXPECT_EQ(host.irq(30), "0-2");
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest_uuid(1)));
    EXPECT_EQ(host.irq(24), "0-3");
    EXPECT_EQ(host.irq(25), "0-2") << "was like that before";
    EXPECT_EQ(host.irq(30), "0-3") << "as if no guest had been there";
    EXPECT_EQ(host.irq(31), "1");
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(IrqAffinityTest, ReportsAnInterruptThatMayStillArriveAndOneThatStillLags) {
    host.add_irq(24, "0-3");
    host.add_irq(25, "0-1");
    host.put("proc/irq/25/effective_affinity_list", "3\n");
    host.add_irq(26, "0");
    const auto findings = knob.inspect(view, kDemand);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].kind, FindingKind::IrqOnRealtimePcpu);
    EXPECT_THAT(findings[0].text, testing::HasSubstr("interrupt 24"));
    EXPECT_EQ(findings[1].kind, FindingKind::Pending);
    EXPECT_THAT(findings[1].text, testing::HasSubstr("interrupt 25"));
}

} // namespace
} // namespace nova_rt::test
