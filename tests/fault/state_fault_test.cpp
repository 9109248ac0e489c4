#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <limits>

namespace nova_rt::test {
namespace {

constexpr int kForEver = std::numeric_limits<int>::max() / 2;

struct StateFault : testing::Test {
    StateFault() {
        host.add_irq(24, "0-3");
        host.add_irq(25, "0-3");
    }

    void write_journal(const std::string& text) const { std::ofstream(host.state() + "/journal") << text; }

    FixtureHost host;
    GuestDomain guest = realtime_guest(1, {2, 3});
};

TEST_F(StateFault, RefusesARequiredGuestWhenNothingCanBeStored) {
    const auto before = host.snapshot();
    for (const int error : {ENOSPC, EROFS}) {
        EngineOnFixture fixture(host, {.fail_from = 1, .fail_count = kForEver, .fail_errno = error});
        const auto report = fixture.engine.prepare(guest);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code(), ErrorCode::Refused);
        EXPECT_THAT(report.error().message(), testing::HasSubstr(errno_name(error)));
        EXPECT_EQ(host.snapshot(), before);
        EXPECT_TRUE(host.state_snapshot().empty());
    }
}

TEST_F(StateFault, WritesNothingForABestEffortGuestWhenTheJournalCannotBeStored) {
    const auto before = host.snapshot();
    guest.policy.mode = IsolationMode::BestEffort;
    EngineOnFixture fixture(host, {.fail_from = 2, .fail_count = kForEver, .fail_errno = ENOSPC});
    const auto report = fixture.engine.prepare(guest);
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::StateNotWritten));
    EXPECT_EQ(host.snapshot(), before);
}

TEST_F(StateFault, GivesBackEverythingEvenWhenTheJournalCannotBeStored) {
    const auto before = host.snapshot();
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    EngineOnFixture fixture(host, {.fail_from = 2, .fail_count = 1, .fail_errno = ENOSPC});
    const auto report = fixture.engine.release(guest.uuid);
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::StateNotWritten));
    EXPECT_EQ(host.snapshot(), before);
}

TEST_F(StateFault, SetsATornJournalAsideAndSaysSo) {
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    const std::string whole = host.state_snapshot().at("journal");
    const std::string half = whole.substr(0, whole.size() / 2);
    write_journal(half);
    const auto report = EngineOnFixture(host).engine.prepare(guest);
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::StateUnreadable));
    EXPECT_EQ(host.state_snapshot().at("journal.damaged"), half);
    EXPECT_FALSE(
        has_finding(EngineOnFixture(host).engine.prepare(guest)->findings, FindingKind::StateUnreadable));
}

TEST_F(StateFault, RecognisesEveryTornJournal) {
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    const std::string whole = host.state_snapshot().at("journal");
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        write_journal(whole.substr(0, length));
        EXPECT_FALSE(EngineOnFixture(host).engine.journal()) << length;
    }
}

TEST_F(StateFault, DiscardsTheJournalAndLeasesOfAnotherBoot) {
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    host.put("proc/sys/kernel/random/boot_id", "another-boot\n");
    for (unsigned irq : {24U, 25U}) {
        host.add_irq(irq, "0-3"); // the reboot undid everything
    }
    host.put("proc/irq/default_smp_affinity", "f\n");
    host.put("sys/devices/virtual/workqueue/cpumask", "f\n");
    const auto before = host.snapshot();
    const auto report = EngineOnFixture(host).engine.reconcile({});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->changes.empty());
    EXPECT_TRUE(has_finding(report->findings, FindingKind::StateUnreadable));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(StateFault, TouchesNothingUnderAJournalOfAnotherVersion) {
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    std::string journal = host.state_snapshot().at("journal");
    journal.replace(journal.find(" 1 "), 3, " 2 ");
    write_journal(journal);
    const auto before = host.snapshot();
    const auto refused = EngineOnFixture(host).engine.prepare(realtime_guest(2, {1}));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), testing::HasSubstr("version 2"));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_EQ(host.state_snapshot().at("journal"), journal);
}

TEST_F(StateFault, KeepsAForeignChangeOnUndoAndNamesIt) {
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    host.add_irq(24, "1");
    const auto report = EngineOnFixture(host).engine.release(guest.uuid);
    ASSERT_TRUE(report);
    ASSERT_TRUE(has_finding(report->findings, FindingKind::ForeignChange));
    EXPECT_EQ(host.irq(24), "1");
    EXPECT_EQ(host.irq(25), "0-3");
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(StateFault, RepairsAForeignChangeWhileTheGuestRunsAndGivesItBackAfterwards) {
    ASSERT_TRUE(EngineOnFixture(host).engine.prepare(guest));
    host.add_irq(24, "1-3");
    const auto repaired = EngineOnFixture(host).engine.reconcile({guest.uuid});
    ASSERT_TRUE(repaired);
    EXPECT_TRUE(has_finding(repaired->findings, FindingKind::ForeignChange));
    EXPECT_EQ(host.irq(24), "1");
    ASSERT_TRUE(EngineOnFixture(host).engine.release(guest.uuid));
    EXPECT_EQ(host.irq(24), "1-3");
}

TEST_F(StateFault, ABusyLockRefusesARequiredGuestAndKeepsTheLeaseOfAnyOther) {
    const auto before = host.snapshot();
    EngineOnFixture holder(host);
    const auto lock = holder.lock.acquire(std::chrono::milliseconds(0));
    ASSERT_TRUE(lock);
    EXPECT_FALSE(EngineOnFixture(host).engine.prepare(guest));
    EXPECT_TRUE(host.state_snapshot().empty());
    guest.policy.mode = IsolationMode::BestEffort;
    const auto report = EngineOnFixture(host).engine.prepare(guest);
    ASSERT_TRUE(report);
    EXPECT_TRUE(has_finding(report->findings, FindingKind::LockTimeout));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_EQ(host.state_snapshot().size(), 1U);
}

} // namespace
} // namespace nova_rt::test
