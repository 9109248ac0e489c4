#include "flavor/extra_spec_values.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

struct Row {
    const char* key;
    std::vector<std::string> good;
    std::vector<std::string> bad;
};

TEST(ExtraSpecValues, HaveTheShapeNovaAsksFor) {
    const std::vector<Row> table = {
        {"hw:cpu_realtime", {"yes", "TRUE", "0", " on "}, {"", "maybe", "2"}},
        {"hw:cpu_realtime_mask",
         {"^0", "0-3", "0-3,^2", "^0-1,3", "1-2-3"},
         {"", "a", ",0", "0,", "^^0", "0-", "0-^1", " 0", "\u0660"}},
        {"hw:numa_cpus.12", {"0,1"}, {"x"}},
        {"hw:numa_nodes", {"1", " 2 ", "+3"}, {"0", "-1", "x", "", "1.5"}},
        {"hw:mem_page_size",
         {"large", "any", "small", "4", "2MB", "1Gb", "2M", "2048kB", "1Gibit"},
         {"", "foo", "2 MB", "MB", "2iB", "2MBB", "Large"}},
        {"hw:pmem", {"a", "a,b", "a_1,"}, {"", ",a", "a,,b", "a-b"}},
        {"pci_passthrough:alias",
         {"a:1", "a:1,b:2", "a b:10 , c:3"},
         {"", "a", "a:", ":1", "a:1,", "a:1b", "a:1,:2"}},
        {"hw:watchdog_action", {"none", "disabled"}, {"", "None", "boom"}},
        {"os:monitors", {"1", "8"}, {"0", "9"}},
        {"quota:cpu_quota", {"-1", "1000"}, {"x"}},
        {"rt:vcpu_priority", {"1", "49"}, {"0", "50", "99999999999999999999"}},
        {"accel:device_profile", {"", "anything"}, {}},
    };
    for (const auto& row : table) {
        const ExtraSpec* const spec = find_extra_spec(row.key);
        ASSERT_NE(spec, nullptr) << row.key;
        for (const auto& value : row.good) {
            EXPECT_EQ(value_complaint(*spec, value), "") << row.key << " " << value;
        }
        for (const auto& value : row.bad) {
            EXPECT_NE(value_complaint(*spec, value), "") << row.key << " " << value;
        }
    }
}

TEST(ExtraSpecValues, AreRefusedInNovasWords) {
    EXPECT_EQ(value_complaint(*find_extra_spec("hw:cpu_policy"), "x"),
              "'x' is not one of: dedicated, shared, mixed.");
    EXPECT_EQ(value_complaint(*find_extra_spec("hw:numa_nodes"), "0"),
              "'0' is less than the min value of '1'.");
    EXPECT_EQ(value_complaint(*find_extra_spec("os:monitors"), "9"),
              "'9' is greater than the max value of '8'.");
    EXPECT_EQ(value_complaint(*find_extra_spec("hw:cpu_dedicated_mask"), "a"),
              R"('a' is not of the format '\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*'.)");
}

} // namespace
} // namespace nova_rt
