#include "services/lease_keeper.hpp"

#include "unit/status_service/guest_on_node.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LeaseKeeperTest : public testing::Test {
protected:
    KeeperReport keep(GuestList list = GuestList::Fresh) {
        return keeper_.keep(catalogue_.update(*domains_.snapshot()), list);
    }

    std::size_t leases() { return node_.engine().leases().value().size(); }

    GuestOnNode node_;
    ListedDomains domains_;
    GuestCatalogue catalogue_;
    LeaseKeeper keeper_{node_.engine(), node_.guest.fixture.reader, node_.guest.fixture.clock, {}};
};

TEST_F(LeaseKeeperTest, LeavesAGuestToTheHookThatCalledForIt) {
    node_.call_hook();
    domains_.answer_with_guest();
    for (int pass = 0; pass < 3; ++pass) {
        EXPECT_THAT(keep().hook_missed, IsEmpty());
        node_.let_pass(10s);
    }
    EXPECT_EQ(leases(), 1U);
}

TEST_F(LeaseKeeperTest, TakesTheLeaseWhenTheHookDidNotFire) {
    domains_.answer_with_guest();
    EXPECT_THAT(keep().hook_missed, IsEmpty()) << "the guest may be on its way in or out";
    EXPECT_TRUE(keeper_.is_waiting());
    node_.let_pass(3s);
    const auto report = keep();
    EXPECT_THAT(report.hook_missed, Contains(guest_uuid(1)));
    EXPECT_GT(report.changes, 0U);
    EXPECT_EQ(node_.engine().leases()->at(0).stage, LeaseStage::Started);
    EXPECT_EQ(node_.host.irq(24), "0-1");
    EXPECT_FALSE(keeper_.is_waiting());
    EXPECT_THAT(keep().hook_missed, Contains(guest_uuid(1))) << "reported for as long as the guest runs";
}

TEST_F(LeaseKeeperTest, FinishesALeaseWhoseGuestWasNeverReportedStarted) {
    GuestDomain domain = node_.guest.domain;
    ASSERT_TRUE(node_.engine().prepare(domain));
    domains_.answer_with_guest();
    static_cast<void>(keep());
    node_.let_pass(3s);
    EXPECT_THAT(keep().hook_missed, Contains(guest_uuid(1)));
    EXPECT_EQ(node_.engine().leases()->at(0).stage, LeaseStage::Started);
}

TEST_F(LeaseKeeperTest, FollowsAGuestThatWasPinnedAnew) {
    node_.guest.domain.vcpu_pins[VcpuId{0}] = CpuSet{1}; // what the hook saw
    node_.call_hook();
    EXPECT_EQ(node_.engine().leases()->at(0).realtime_pcpus, (CpuSet{1, 3}));
    domains_.answer_with_guest();
    static_cast<void>(keep());
    node_.let_pass(3s);
    EXPECT_THAT(keep().hook_missed, IsEmpty());
    EXPECT_EQ(node_.engine().leases()->at(0).realtime_pcpus, (CpuSet{2, 3}));
    EXPECT_EQ(node_.engine().leases()->at(0).stage, LeaseStage::Started);
    EXPECT_EQ(node_.host.irq(24), "0-1");
    EXPECT_EQ(keep().changes, 0U);
}

TEST_F(LeaseKeeperTest, WaitsForAGuestThatIsStillBeingStarted) {
    domains_.answer_with_guest(true);
    for (int pass = 0; pass < 3; ++pass) {
        EXPECT_THAT(keep().hook_missed, IsEmpty());
        node_.let_pass(30s);
    }
    EXPECT_EQ(leases(), 0U);
}

TEST_F(LeaseKeeperTest, TakesNoLeaseForAGuestThatIsGoneAlready) {
    domains_.answer_with_guest();
    static_cast<void>(keep());
    node_.end_guest();
    node_.let_pass(3s);
    const auto report = keep();
    EXPECT_THAT(report.refused.at(guest_uuid(1)), HasSubstr(kStatusFile));
    EXPECT_EQ(leases(), 0U);
    node_.let_pass(10s);
    EXPECT_FALSE(keeper_.is_waiting()) << "tried again after the retry period only";
}

TEST_F(LeaseKeeperTest, ReleasesTheLeaseOfAGuestThatIsGone) {
    const std::string before = node_.host.irq(24);
    node_.call_hook();
    domains_.answer_with_guest();
    static_cast<void>(keep());
    node_.end_guest();
    domains_.answer({});
    EXPECT_GT(keep().changes, 0U);
    EXPECT_EQ(leases(), 0U);
    EXPECT_EQ(node_.host.irq(24), before);
}

TEST_F(LeaseKeeperTest, RepairsWithAStaleListAndNeitherTakesNorReleases) {
    node_.call_hook();
    node_.host.put("proc/irq/24/smp_affinity_list", "0-3\n");
    node_.end_guest();
    node_.let_pass(100s);
    EXPECT_EQ(keep(GuestList::Stale).changes, 1U);
    EXPECT_EQ(node_.host.irq(24), "0-1");
    EXPECT_EQ(leases(), 1U) << "an empty list of a libvirt that never answered releases nobody";
}

TEST_F(LeaseKeeperTest, SaysWhyLeasesCannotBeReconciled) {
    FileHostLock other(node_.host.state() + "/lock");
    const auto held = other.acquire(1s);
    ASSERT_TRUE(held);
    EXPECT_THAT(keep().error, testing::Not(IsEmpty()));
}

} // namespace
} // namespace nova_rt::test
