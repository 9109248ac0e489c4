#include "knobs/fair_server.hpp"

#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace nova_rt::test {
namespace {

const HostDemand kDemand{.online = CpuSet::range(0, 3), .isolated = {2, 3}, .housekeeping = {0, 1}};

Setting runtime_of(unsigned cpu) {
    return Setting::attribute("sys/kernel/debug/sched/fair_server/cpu" + std::to_string(cpu) + "/runtime",
                              ValueFormat::Text);
}

TEST(FairServerTest, KeepsAMillisecond) {
    const FairServer knob;
    EXPECT_EQ(knob.desired(runtime_of(2), "50000000", kDemand), "1000000");
    EXPECT_EQ(knob.desired(runtime_of(2), "500000", kDemand), "500000") << "never more than the host has";
    EXPECT_EQ(knob.desired(runtime_of(3), "0", kDemand), "0") << "an operator's choice";
    EXPECT_EQ(knob.desired(runtime_of(1), "50000000", kDemand), "50000000") << "not isolated";
    EXPECT_EQ(knob.desired(runtime_of(2), "garbage", kDemand), "garbage") << "never a guess";
}

TEST(FairServerTest, ProbesOnePerCpuAndNothingBefore612) {
    const FixtureHost host;
    EngineOnFixture fixture(host);
    const HostView view{.files = fixture.reader, .threads = fixture.threads, .lister = fixture.lister};
    EXPECT_TRUE(FairServer().probe(view)->empty());
    host.put(runtime_of(0).path, "50000000");
    host.put("sys/kernel/debug/sched/fair_server/cpu0/period", "1000000000");
    host.put("sys/kernel/debug/sched/fair_server/other/runtime", "1");
    const auto settings = FairServer().probe(view);
    ASSERT_EQ(settings->size(), 1U);
    EXPECT_EQ(settings->front().setting, runtime_of(0));
    EXPECT_EQ(settings->front().value, "50000000");
}

TEST(FairServerTest, KnowsTheKernelsRefusals) {
    const FairServer knob;
    EXPECT_EQ(knob.classify(system_error(EBUSY, "write")), WriteFailure::Busy) << "in an isolated partition";
    EXPECT_EQ(knob.classify(system_error(EPERM, "write")), WriteFailure::Immovable) << "kernel lockdown";
    EXPECT_EQ(knob.classify(system_error(EINVAL, "write")), WriteFailure::Failed);
}

TEST(FairServerTest, IsGivenBackWhenThePartitionIsGone) {
    const FixtureHost host;
    host.put(runtime_of(3).path, "50000000");
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(realtime_guest(1, {3})));
    EXPECT_EQ(host.get(runtime_of(3).path), "1000000");
    // Every write from here on is refused with EBUSY, as in a partition that somebody still holds.
    EngineOnFixture busy(host, {.fail_from = 3, .fail_count = 1000, .fail_errno = EBUSY});
    static_cast<void>(busy.engine.release(guest_uuid(1)));
    EXPECT_EQ(host.get(runtime_of(3).path), "1000000");
    const auto report = EngineOnFixture(host).engine.reconcile({});
    ASSERT_TRUE(report);
    EXPECT_EQ(host.get(runtime_of(3).path), "50000000");
    EXPECT_TRUE(host.state_snapshot().empty());
}

} // namespace
} // namespace nova_rt::test
