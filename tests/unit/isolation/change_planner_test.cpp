#include "isolation/change_planner.hpp"

#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

const Setting kIrq = Setting::attribute("proc/irq/24/smp_affinity_list", ValueFormat::CpuList);
const ThreadIdentity kThread{.tid = Tid{4711}, .start_time = 5};
const HostDemand kQuiet{.online = CpuSet::range(0, 3), .isolated = {}, .housekeeping = CpuSet::range(0, 3)};
const HostDemand kBusy{.online = CpuSet::range(0, 3), .isolated = {3}, .housekeeping = CpuSet::range(0, 2)};

Observation irq_reads(const std::string& value) {
    return {.setting = kIrq, .knob = "irq_affinity", .value = value, .wanted = {}, .owner = {}};
}

Observation thread_reads(const Setting& setting, const std::string& value,
                         std::optional<std::string> wanted) {
    return {.setting = setting,
            .knob = "qemu_thread_placement",
            .value = value,
            .wanted = std::move(wanted),
            .owner = guest_uuid(1),
            .phase = ChangePhase::ThreadMask};
}

Journal journal_with(const Setting& setting, const std::string& baseline, std::optional<std::string> written,
                     std::optional<DomainUuid> owner = {}) {
    Journal journal;
    journal.entries[setting] = {.knob = owner ? "qemu_thread_placement" : "irq_affinity",
                                .baseline = baseline,
                                .written = std::move(written),
                                .owner = owner};
    return journal;
}

TEST(ChangePlanner, RemembersTheBaselineOfWhatItChanges) {
    const auto plan = plan_changes({}, {irq_reads("0-3")}, kBusy, {guest_uuid(1)});
    ASSERT_EQ(plan.changes.size(), 1U);
    EXPECT_EQ(plan.changes[0].before, "0-3");
    EXPECT_EQ(plan.changes[0].after, "0-2");
    EXPECT_EQ(plan.entries.at(kIrq).baseline, "0-3");
    EXPECT_EQ(plan.entries.at(kIrq).written, std::nullopt);
}

TEST(ChangePlanner, PlansNothingForWhatReadsAsWanted) {
    EXPECT_TRUE(plan_changes({}, {irq_reads("0-2")}, kBusy, {guest_uuid(1)}).changes.empty());
    const auto plan =
        plan_changes(journal_with(kIrq, "0-3", "0-2"), {irq_reads("0,1,2")}, kBusy, {guest_uuid(1)});
    EXPECT_TRUE(plan.changes.empty());
    EXPECT_EQ(plan.entries.at(kIrq).baseline, "0-3");
}

TEST(ChangePlanner, GivesTheBaselineBackAndForgetsIt) {
    const auto plan = plan_changes(journal_with(kIrq, "0-3", "0-2"), {irq_reads("0-2")}, kQuiet, {});
    ASSERT_EQ(plan.changes.size(), 1U);
    EXPECT_EQ(plan.changes[0].after, "0-3");
    EXPECT_TRUE(plan.entries.empty());
}

TEST(ChangePlanner, TakesAForeignValueForTheBaseline) {
    const auto undo = plan_changes(journal_with(kIrq, "0-3", "0-2"), {irq_reads("1")}, kQuiet, {});
    EXPECT_TRUE(undo.changes.empty());
    EXPECT_TRUE(has_finding(undo.findings, FindingKind::ForeignChange));
    const auto repair =
        plan_changes(journal_with(kIrq, "0-3", "0-2"), {irq_reads("1-3")}, kBusy, {guest_uuid(1)});
    ASSERT_EQ(repair.changes.size(), 1U);
    EXPECT_EQ(repair.changes[0].after, "1-2");
    EXPECT_EQ(repair.entries.at(kIrq).baseline, "1-3");
}

TEST(ChangePlanner, KnowsItsOwnHalfFinishedWritesAfterACrash) {
    Journal journal = journal_with(kIrq, "0-3", {});
    journal.intent = {
        {.setting = kIrq, .knob = "irq_affinity", .before = "0-3", .after = "0-2", .owner = {}}};
    const auto plan = plan_changes(journal, {irq_reads("0-2")}, kQuiet, {});
    EXPECT_FALSE(has_finding(plan.findings, FindingKind::ForeignChange));
    ASSERT_EQ(plan.changes.size(), 1U);
    EXPECT_EQ(plan.changes[0].after, "0-3");
}

TEST(ChangePlanner, ForgetsWhatIsGone) {
    Observation gone = irq_reads("");
    gone.value.reset();
    const auto plan = plan_changes(journal_with(kIrq, "0-3", "0-2"), {gone}, kBusy, {guest_uuid(1)});
    EXPECT_TRUE(plan.entries.empty());
    EXPECT_TRUE(has_finding(plan.findings, FindingKind::Gone));
}

TEST(ChangePlanner, KeepsAnEntryThatCouldNotBeRead) {
    EXPECT_EQ(plan_changes(journal_with(kIrq, "0-3", "0-2"), {}, kQuiet, {}).entries.size(), 1U);
}

TEST(ChangePlanner, LeavesALiveGuestsThreadWhereItIsAndADeadOnesAtItsBaseline) {
    const Setting setting = Setting::affinity(kThread);
    const auto journal = journal_with(setting, "3", "0", guest_uuid(1));
    EXPECT_TRUE(
        plan_changes(journal, {thread_reads(setting, "0", {})}, kBusy, {guest_uuid(1)}).changes.empty());
    const auto undo = plan_changes(journal, {thread_reads(setting, "0", {})}, kQuiet, {});
    ASSERT_EQ(undo.changes.size(), 1U);
    EXPECT_EQ(undo.changes[0].after, "3");
}

TEST(ChangePlanner, FinishesALiveGuestsThreadWhoseTransitionWasCutShort) {
    // Behind a move between cgroups the thread no longer shows on a realtime pCPU, but it still has
    // SCHED_FIFO.
    const Setting policy = Setting::scheduling(kThread);
    Journal journal = journal_with(policy, "fifo 1", {}, guest_uuid(1));
    journal.intent = {{.setting = policy, .before = "fifo 1", .after = "other 0", .owner = guest_uuid(1)}};
    const auto plan = plan_changes(journal, {thread_reads(policy, "fifo 1", {})}, kBusy, {guest_uuid(1)});
    ASSERT_EQ(plan.changes.size(), 1U);
    EXPECT_EQ(plan.changes[0].after, "other 0");
    EXPECT_EQ(plan.entries.at(policy).baseline, "fifo 1");
    EXPECT_TRUE(
        plan_changes(journal, {thread_reads(policy, "fifo 2", {})}, kBusy, {guest_uuid(1)}).changes.empty());
}

TEST(ChangePlanner, SetsTheAffinityAgainBehindAMoveBetweenCgroups) {
    const Setting cgroup = Setting::membership(kThread, "cpuset");
    const Setting affinity = Setting::affinity(kThread);
    auto moved = thread_reads(cgroup, "/vcpu0", "/emulator");
    moved.phase = ChangePhase::ThreadCgroup;
    const auto plan = plan_changes({}, {thread_reads(affinity, "0", "0"), moved}, kBusy, {guest_uuid(1)});
    ASSERT_EQ(plan.changes.size(), 2U);
    EXPECT_EQ(plan.changes[0].setting, cgroup);
    EXPECT_EQ(plan.changes[1].setting, affinity);
}

TEST(ChangePlanner, TouchesNothingOfAKnobItDoesNotKnowWhileGuestsLive) {
    Journal journal = journal_with(kIrq, "0-3", "0-2");
    journal.entries.at(kIrq).knob = "from_the_future";
    Observation seen = irq_reads("0-2");
    seen.knob = "from_the_future";
    EXPECT_TRUE(plan_changes(journal, {seen}, kBusy, {guest_uuid(1)}).changes.empty());
    EXPECT_EQ(plan_changes(journal, {seen}, kQuiet, {}).changes.size(), 1U);
}

} // namespace
} // namespace nova_rt::test
