#include "base/cpu_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

struct TextCase {
    const char* text;
    CpuSet expected;
};

TEST(CpuSetCpulist, ReadsWhatTheKernelPrints) {
    const std::vector<TextCase> cases = {
        {"", {}},
        {"\n", {}},
        {"  (null)\n", {}},
        {"0", {0}},
        {"0-3", {0, 1, 2, 3}},
        {"0-1,4\n", {0, 1, 4}},
        {"63-65", {63, 64, 65}},
        {"8191", {8191}},
        {"3,1,2,1-2", {1, 2, 3}},
    };
    for (const auto& c : cases) {
        const auto set = CpuSet::from_cpulist(c.text);
        ASSERT_TRUE(set) << c.text << ": " << set.error().message();
        EXPECT_EQ(*set, c.expected) << c.text;
    }
}

TEST(CpuSetCpulist, RefusesWhatIsNotAListOfCpus) {
    for (const char* text : {"a", "1-", "-1", "3-1", "1,,2", ",", "0x1", "1 2", "8192",
                             "0-99999999999999999999", "^1", "1.5", "٣", "0-63:2/8", "+1"}) {
        const auto set = CpuSet::from_cpulist(text);
        ASSERT_FALSE(set) << text;
        EXPECT_EQ(set.error().code(), ErrorCode::InvalidArgument);
    }
}

TEST(CpuSetCpulist, RefusesTextLongerThanAnyListUnread) {
    const auto set = CpuSet::from_cpulist(std::string(100'000'000, '1'));
    ASSERT_FALSE(set);
    EXPECT_LT(set.error().message().size(), 200U);
}

TEST(CpuSetCpulist, RoundTripsThroughItsShortestForm) {
    for (const char* text : {"", "0", "0-8191", "1,3,5", "0-1,63-64,128", "2-7,9"}) {
        EXPECT_EQ(CpuSet::from_cpulist(text)->to_cpulist(), text);
    }
}

TEST(CpuSetMask, ReadsGroupsOfThirtyTwoBits) {
    const std::vector<TextCase> cases = {
        {"3", {0, 1}},
        {"00000003", {0, 1}},
        {"ff,00000000", CpuSet::range(32, 39)},
        {"00000001,00000000,00000000\n", {64}},
        {"0x80000000", {31}},
        {"ffffffffff", CpuSet::range(0, 39)},
        {"0", {}},
    };
    for (const auto& c : cases) {
        const auto set = CpuSet::from_mask(c.text);
        ASSERT_TRUE(set) << c.text << ": " << set.error().message();
        EXPECT_EQ(*set, c.expected) << c.text;
    }
}

TEST(CpuSetMask, RefusesMalformedGroups) {
    for (const char* text : {"", "g", "1,2", "1,", ",1", "123456789,00000000", "1,0000000", "0x", "-1"}) {
        EXPECT_FALSE(CpuSet::from_mask(text)) << text;
    }
    EXPECT_FALSE(CpuSet::from_mask("1" + std::string(2048, '0'))) << "bit 8192";
}

TEST(CpuSetMask, PrintsACommaAfterEveryThirtyTwoBits) {
    EXPECT_EQ(CpuSet{}.to_mask(), "0");
    EXPECT_EQ((CpuSet{0, 1}).to_mask(), "3");
    EXPECT_EQ((CpuSet{31}).to_mask(), "80000000");
    EXPECT_EQ((CpuSet{32}).to_mask(), "1,00000000");
    EXPECT_EQ(CpuSet::range(0, 87).to_mask(), "ffffff,ffffffff,ffffffff");
}

TEST(CpuSetMask, RoundTripsWithAThousandCpus) {
    CpuSet set = CpuSet::range(3, 1023);
    set.remove(500);
    EXPECT_EQ(*CpuSet::from_mask(set.to_mask()), set);
}

TEST(CpuSetNovaSpec, AppliesExclusionsAfterInclusionsWhateverTheirOrder) {
    const std::vector<TextCase> cases = {
        {"0-3,^2", {0, 1, 3}},
        {"^2,0-3", {0, 1, 3}},
        {"0-4,^1-2", {0, 3, 4}},
        {"^0-1", {}},
        {" 1 , 3 - 4 ", {1, 3, 4}},
        {"1,,2", {1, 2}},
        {"", {}},
        {"0-3,^0-99999999999999999999", {}},
        {"0-3,^073666666-6616616662", {0, 1, 2, 3}},
    };
    for (const auto& c : cases) {
        const auto set = CpuSet::from_nova_spec(c.text);
        ASSERT_TRUE(set) << c.text << ": " << set.error().message();
        EXPECT_EQ(*set, c.expected) << c.text;
    }
}

TEST(CpuSetNovaSpec, RefusesWhatNovaRefusesAndWhatNoHostHas) {
    for (const char* text : {"a", "1-", "^", "^^1", "4-2", "0-99999999", "8192", "1-2-3",
                             "0,^6616616662-73666666", "0,^100000000000000000001-100000000000000000000"}) {
        EXPECT_FALSE(CpuSet::from_nova_spec(text)) << text;
    }
}

TEST(CpuSetAlgebra, EqualSetsCompareEqualHoweverTheyWereMade) {
    CpuSet grown{0, 700};
    grown.remove(700);
    EXPECT_EQ(grown, CpuSet{0});
    EXPECT_EQ(CpuSet({1, 200}) - CpuSet{200}, CpuSet{1});
    EXPECT_EQ((CpuSet{1, 200} & CpuSet{1, 2}), CpuSet{1});
    EXPECT_EQ((CpuSet{1} | CpuSet{200}), (CpuSet{1, 200}));
    EXPECT_TRUE((CpuSet{} - CpuSet{5}).empty());
}

/// CPUs from 256 on are kept elsewhere than those below.
TEST(CpuSetAlgebra, IsTheSameForLowAndHighCpus) {
    CpuSet both = CpuSet::range(250, 260);
    EXPECT_EQ(both.size(), 11U);
    EXPECT_EQ(both.last(), 260U);
    EXPECT_EQ(both & CpuSet::range(0, 255), CpuSet::range(250, 255));
    EXPECT_EQ(both - CpuSet::range(0, 255), CpuSet::range(256, 260));
    EXPECT_EQ(CpuSet::range(250, 255) | CpuSet::range(256, 260), both);
    EXPECT_FALSE(both.is_subset_of(CpuSet::range(250, 255)));
    EXPECT_TRUE(CpuSet::range(250, 255).is_subset_of(both));
    EXPECT_FALSE((CpuSet{0, 256}).intersects(CpuSet{1, 255, 257}));
    for (unsigned cpu = 256; cpu <= 260; ++cpu) {
        both.remove(cpu);
    }
    EXPECT_EQ(both, CpuSet::range(250, 255)) << "equal sets are equal whatever was in them before";
    EXPECT_EQ(both.last(), 255U);
    both -= CpuSet::range(0, 255);
    EXPECT_TRUE(both.empty());
    EXPECT_EQ(both.last(), std::nullopt);
    EXPECT_EQ((CpuSet{8191}).first(), 8191U);
}

TEST(CpuSetAlgebra, AnswersQuestions) {
    const CpuSet set{2, 64, 130};
    EXPECT_EQ(set.size(), 3U);
    EXPECT_EQ(set.first(), 2U);
    EXPECT_EQ(set.last(), 130U);
    EXPECT_FALSE(CpuSet{}.first());
    EXPECT_FALSE(CpuSet{}.last());
    EXPECT_TRUE(set.intersects({130}));
    EXPECT_FALSE(set.intersects({3, 131}));
    EXPECT_TRUE((CpuSet{2, 130}).is_subset_of(set));
    EXPECT_FALSE((CpuSet{2, 3}).is_subset_of(set));
    EXPECT_THAT(std::vector<unsigned>(set.begin(), set.end()), testing::ElementsAre(2, 64, 130));
    EXPECT_TRUE(CpuSet::range(5, 4).empty());
    EXPECT_EQ(CpuSet::range(0, 8191).size(), 8192U);
}

} // namespace
} // namespace nova_rt
