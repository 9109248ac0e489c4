#include "node/noise/meter/cpu_table.hpp"

#include "support/file_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace nova_rt::noise {
namespace {

using Counts = std::map<unsigned, std::uint64_t>;

std::string fixture(const std::string& name) {
    return test::source_file_text("tests/node/noise/fixtures/" + name);
}

const CpuTableRow* find(const std::vector<CpuTableRow>& rows, std::string_view label) {
    const auto row = std::ranges::find(rows, label, &CpuTableRow::label);
    return row == rows.end() ? nullptr : &*row;
}

TEST(CpuTableTest, ReadsInterruptsByLineAndCpu) {
    const auto rows = parse_cpu_table(fixture("interrupts-6.18")).value();
    const auto* const disk = find(rows, "36");
    ASSERT_NE(disk, nullptr);
    EXPECT_EQ(disk->description, "PCI-MSIX-0000:00:02.0 1-edge virtio1-req.0");
    EXPECT_EQ(disk->counts, (Counts{{0, 0}, {1, 547119}}));
    ASSERT_NE(find(rows, "LOC"), nullptr);
    EXPECT_EQ(find(rows, "LOC")->counts.at(0), 2917354U);
    for (const char* label : {"RES", "CAL", "TLB"}) {
        EXPECT_NE(find(rows, label), nullptr) << label;
    }
}

TEST(CpuTableTest, LeavesOutLinesThatCountTheMachine) {
    const auto rows = parse_cpu_table(fixture("interrupts-6.18")).value();
    EXPECT_EQ(find(rows, "ERR"), nullptr);
    EXPECT_EQ(find(rows, "MIS"), nullptr);
    EXPECT_EQ(parse_cpu_table("CPU0\nERR: 3\nLOC: 4 Local timer interrupts\n").value().size(), 1U);
}

TEST(CpuTableTest, TakesColumnsFromTheHeaderWhenCpusAreOffline) {
    const auto rows = parse_cpu_table(fixture("interrupts-6.1-rt-offline")).value();
    ASSERT_NE(find(rows, "LOC"), nullptr);
    const auto& counts = find(rows, "LOC")->counts;
    EXPECT_EQ(counts.size(), 3U);
    EXPECT_FALSE(counts.contains(1));
    EXPECT_TRUE(counts.contains(3));
}

TEST(CpuTableTest, ReadsSoftirqs) {
    const auto rows = parse_cpu_table(fixture("softirqs-6.18")).value();
    ASSERT_NE(find(rows, "RCU"), nullptr);
    EXPECT_EQ(find(rows, "RCU")->counts, (Counts{{0, 910162}, {1, 959053}}));
    EXPECT_EQ(rows.size(), 10U);
}

TEST(CpuTableTest, IsNotFooledByDriversNames) {
    const auto rows = parse_cpu_table(
        "CPU0 CPU1\n 9: 1 2 IO-APIC LOC: 7 8\n10: 3 4\n11: 5\n: 1 2 x\n12: 1 99999999999999999999 x");
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].description, "IO-APIC LOC: 7 8");
    EXPECT_EQ((*rows)[1].description, "");
}

TEST(CpuTableTest, RefusesTableWithoutHeader) {
    for (const char* text : {"", "\n", "LOC: 1 2\n", "CPU0 CPUx\n", "CPU0 CPU99999999\n"}) {
        const auto rows = parse_cpu_table(text);
        ASSERT_FALSE(rows) << text;
        EXPECT_EQ(rows.error().code(), ErrorCode::Corrupt);
    }
}

TEST(ArrivalsTest, TakesTheNinthNumberOfEachCpu) {
    const auto arrivals = parse_arrivals(fixture("schedstat-6.1-rt"));
    ASSERT_TRUE(arrivals) << arrivals.error().message();
    EXPECT_EQ(arrivals->size(), 4U);
    EXPECT_EQ(parse_arrivals("version 17\ntimestamp 5\ncpu3 1 2 3 4 5 6 7 8 9\ndomain0 MC 3 1 2\n"),
              (Counts{{3, 9}}));
}

TEST(ArrivalsTest, RefusesShortLines) {
    EXPECT_EQ(parse_arrivals("cpu0 1 2 3 4 5 6 7 8\n").error().code(), ErrorCode::Corrupt);
    EXPECT_EQ(parse_arrivals("version 15\n").error().code(), ErrorCode::Corrupt);
}

} // namespace
} // namespace nova_rt::noise
