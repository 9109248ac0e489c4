#include "node/noise/meter/switch_histogram.hpp"

#include "support/file_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nova_rt::noise {
namespace {

constexpr const char* kHeader = "# event histogram\n#\n# trigger info: "
                                "hist:keys=common_cpu,next_pid,next_comm:vals=hitcount:sort=hitcount:"
                                "size=16384:clock=global if CPU >= 2 && CPU <= 3 [active]\n#\n\n";

/// As the kernel prints it: numbers right-justified in ten columns, the name left-justified in fifty.
std::string entry(unsigned cpu, int tid, const std::string& name, unsigned count) {
    const auto number = [](std::uint64_t value) {
        const auto digits = std::to_string(value);
        return std::string(10 - digits.size(), ' ') + digits;
    };
    return "{ common_cpu: " + number(cpu) + ", next_pid: " + number(static_cast<std::uint64_t>(tid)) +
           ", next_comm: " + name + std::string(50 - name.size(), ' ') + " } hitcount: " + number(count) +
           "\n";
}

TEST(SwitchTriggerTest, NamesEachRangeOfCpus) {
    EXPECT_EQ(switch_trigger(CpuSet{4, 5, 6, 7}),
              "hist:keys=common_cpu,next_pid,next_comm:size=16384 if CPU >= 4 && CPU <= 7");
    EXPECT_EQ(switch_trigger(CpuSet{1, 3, 4}), "hist:keys=common_cpu,next_pid,next_comm:size=16384 if "
                                               "CPU >= 1 && CPU <= 1 || CPU >= 3 && CPU <= 4");
}

TEST(SwitchTriggerTest, IsFoundAgainInTheTriggerFile) {
    const std::string file =
        "traceon:unlimited\nhist:keys=common_cpu,next_pid,next_comm:vals=hitcount:sort=hitcount:size=16384:"
        "clock=global if CPU >= 4 && CPU <= 7 [active]\n";
    EXPECT_TRUE(is_armed(file, CpuSet{4, 5, 6, 7}));
    EXPECT_FALSE(is_armed(file, CpuSet{4, 5, 6}));
    EXPECT_FALSE(is_armed("# Available triggers:\n# traceon traceoff snapshot\n", CpuSet{4}));
    EXPECT_FALSE(
        is_armed("hist:keys=next_comm:vals=hitcount if CPU >= 4 && CPU <= 7 [active]\n", CpuSet{4, 5, 6, 7}));
}

TEST(SwitchHistogramTest, ReadsWhatAKernelPrinted) {
    const auto histogram =
        parse_switch_histogram(test::source_file_text("tests/node/noise/fixtures/hist-6.1-rt"));
    ASSERT_TRUE(histogram) << histogram.error().message();
    EXPECT_EQ(histogram->dropped, 0U);
    const auto intruder = std::ranges::find(histogram->switches, "intruder", &SwitchCount::name);
    ASSERT_NE(intruder, histogram->switches.end());
    EXPECT_EQ(intruder->cpu, 3U);
    EXPECT_GT(intruder->count, 100U);
    EXPECT_TRUE(std::ranges::any_of(histogram->switches, [](const auto& entry) { return entry.tid == 0; }));
}

TEST(SwitchHistogramTest, KeepsHostileNamesInTheirColumn) {
    const std::string text = std::string(kHeader) + entry(2, 7, "} hitcount:  9", 100) +
                             entry(2, 8, "a\n{ common_cpu", 200) + entry(3, 9, "", 300) +
                             entry(3, 10, "kworker/u16:3-x", 5) +
                             "\nTotals:\n    Hits: 605\n    Entries: 4\n" + "    Dropped: 12\n";
    const auto histogram = parse_switch_histogram(text);
    ASSERT_TRUE(histogram) << histogram.error().message();
    EXPECT_EQ(histogram->switches, (std::vector<SwitchCount>{{2, 7, "} hitcount:  9", 100},
                                                             {2, 8, "a\n{ common_cpu", 200},
                                                             {3, 9, "", 300},
                                                             {3, 10, "kworker/u16:3-x", 5}}));
    EXPECT_EQ(histogram->dropped, 12U);
}

TEST(SwitchHistogramTest, LeavesOutOtherHistograms) {
    const std::string other =
        "# trigger info: hist:keys=next_comm:vals=hitcount [active]\n"
        "{ next_comm: x                                                  } hitcount: 1\n"
        "    Dropped: 3\n";
    const auto histogram = parse_switch_histogram(other + kHeader + entry(1, 2, "x", 3) + other);
    ASSERT_TRUE(histogram);
    EXPECT_EQ(histogram->switches.size(), 1U);
    EXPECT_EQ(histogram->dropped, 0U);
}

TEST(SwitchHistogramTest, GivesWhatWasCountedBetweenTwoReadings) {
    const SwitchHistogram opening{.switches = {{2, 7, "a", 10}, {2, 8, "b", 5}, {3, 7, "a", 1}},
                                  .dropped = 2};
    const SwitchHistogram closing{
        .switches = {{2, 8, "b", 5}, {2, 7, "a", 13}, {3, 7, "renamed", 4}, {3, 7, "a", 1}}, .dropped = 3};
    const auto difference = between(opening, closing);
    EXPECT_EQ(difference.switches, (std::vector<SwitchCount>{{2, 7, "a", 3}, {3, 7, "renamed", 4}}));
    EXPECT_EQ(difference.dropped, 1U);
}

TEST(SwitchHistogramTest, RefusesAnotherShape) {
    const std::string odd = std::string(kHeader) + "{ common_cpu:          2, next_comm: x } hitcount: 1\n";
    ASSERT_FALSE(parse_switch_histogram(odd));
    EXPECT_EQ(parse_switch_histogram(odd).error().code(), ErrorCode::Corrupt);
    EXPECT_FALSE(parse_switch_histogram(std::string(kHeader) + entry(2, 7, "x", 1).substr(0, 60)));
}

} // namespace
} // namespace nova_rt::noise
