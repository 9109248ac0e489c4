#include "flavor/cpu_topology.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using test::GuestQuestion;
using test::refusal_of;

struct Row {
    std::uint64_t vcpus;
    GuestCpuTopology preferred;
    GuestCpuTopology maximum;
    GuestCpuTopology expected;
};

constexpr GuestCpuTopology kNoWish{.sockets = 0, .cores = 0, .threads = 0};
constexpr GuestCpuTopology kNoLimit{.sockets = 65536, .cores = 65536, .threads = 65536};

TEST(CpuTopology, PrefersSocketsUnlessAskedOtherwise) {
    const std::vector<Row> table = {
        {8, kNoWish, kNoLimit, {8, 1, 1}},   {8, {0, 0, 2}, kNoLimit, {4, 1, 2}},
        {8, {1, 4, 2}, kNoLimit, {1, 4, 2}}, {8, kNoWish, {2, 65536, 65536}, {2, 4, 1}},
        {8, {0, 3, 0}, kNoLimit, {8, 1, 1}}, {7, kNoWish, {2, 65536, 65536}, {1, 7, 1}},
    };
    for (const auto& row : table) {
        const auto best = best_cpu_topology(row.vcpus, {.preferred = row.preferred, .maximum = row.maximum});
        ASSERT_TRUE(best);
        EXPECT_EQ(*best, row.expected) << row.vcpus;
    }
    EXPECT_EQ(refusal_of(best_cpu_topology(7, {.preferred = kNoWish, .maximum = {2, 2, 1}})),
              "ImageVCPULimitsRangeImpossible");
}

TEST(CpuTopology, DropsTheFlavorsWishForAnyOfTheImages) {
    const auto asked =
        GuestQuestion().spec("hw:cpu_sockets", "2").spec("hw:cpu_cores", "2").image("hw_cpu_threads", "2");
    const auto wish = cpu_topology_wish(asked.input());
    ASSERT_TRUE(wish);
    EXPECT_EQ(wish->preferred, (GuestCpuTopology{.sockets = 0, .cores = 0, .threads = 2}));
}

TEST(CpuTopology, DropsAFlavorsWishAboveTheLimitButRefusesTheImages) {
    const auto flavor = GuestQuestion().spec("hw:cpu_sockets", "8").image("hw_cpu_max_sockets", "2");
    EXPECT_EQ(cpu_topology_wish(flavor.input())->preferred, kNoWish);
    const auto image = GuestQuestion().spec("hw:cpu_max_sockets", "2").image("hw_cpu_sockets", "4");
    EXPECT_EQ(refusal_of(cpu_topology_wish(image.input())), "ImageVCPUTopologyRangeExceeded");
}

TEST(CpuTopology, LetsTheImageOnlyLowerLimits) {
    auto asked = GuestQuestion().spec("hw:cpu_max_cores", "4").image("hw_cpu_max_cores", "2");
    EXPECT_EQ(cpu_topology_wish(asked.input())->maximum.cores, 2U);
    asked.image("hw_cpu_max_cores", "5");
    EXPECT_EQ(refusal_of(cpu_topology_wish(asked.input())), "ImageVCPULimitsRangeExceeded");
    EXPECT_EQ(refusal_of(cpu_topology_wish(GuestQuestion().spec("hw:cpu_cores", "x").input())),
              "InvalidRequest");
}

} // namespace
} // namespace nova_rt
