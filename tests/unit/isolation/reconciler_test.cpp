#include "isolation/reconciler.hpp"

#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nova_rt::test {
namespace {

const CpuSet kOnline = CpuSet::range(0, 3);

std::vector<Lease> leases(std::initializer_list<GuestDomain> guests) {
    std::vector<Lease> list;
    for (const auto& guest : guests) {
        list.push_back(lease_for(guest));
    }
    return list;
}

TEST(Reconciler, IsolatesWhatAllLeasesClaim) {
    const auto demand = demand_of(leases({realtime_guest(1, {2}), realtime_guest(2, {3})}), kOnline);
    EXPECT_EQ(demand.isolated, (CpuSet{2, 3}));
    EXPECT_EQ(demand.housekeeping, (CpuSet{0, 1}));
    EXPECT_TRUE(demand_of({}, kOnline).isolated.empty());
}

TEST(Reconciler, KeepsAHousekeepingCpuThatNoRequiredGuestHolds) {
    auto list = leases({realtime_guest(1, {0, 1}), realtime_guest(2, {2, 3}, IsolationMode::BestEffort)});
    const auto demand = demand_of(list, kOnline);
    EXPECT_EQ(demand.isolated, (CpuSet{0, 1, 3}));
    EXPECT_EQ(demand.housekeeping, CpuSet{2});
    std::ranges::reverse(list);
    EXPECT_EQ(demand_of(list, kOnline).isolated, demand.isolated) << "order does not matter";
    const auto findings = housekeeping_findings(list, demand);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].guest, guest_uuid(2));
}

TEST(Reconciler, KeepsTheLowestCpuWhenRequiredGuestsHoldAll) {
    EXPECT_EQ(demand_of(leases({realtime_guest(1, {0, 1, 2, 3})}), kOnline).housekeeping, CpuSet{0});
}

} // namespace
} // namespace nova_rt::test
