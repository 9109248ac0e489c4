#include "flavor/nova_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

namespace nova_rt {
namespace {

TEST(NovaValues, ReadsIntegersAsPythonDoes) {
    const std::vector<std::pair<const char*, std::optional<std::int64_t>>> table = {
        {"42", 42},   {" 42\n", 42}, {"+5", 5},      {"-3", -3},  {"1_000", 1000}, {"007", 7},
        {"", {}},     {"-", {}},     {"1__0", {}},   {"_1", {}},  {"1_", {}},      {"1.0", {}},
        {"0x10", {}}, {"+-1", {}},   {"\u0663", {}}, {"1 2", {}}, {"- 1", {}},
    };
    for (const auto& [text, number] : table) {
        EXPECT_EQ(python_int(text), number) << text;
    }
    EXPECT_EQ(python_int(std::string(200, '9')), std::numeric_limits<std::int64_t>::max());
}

TEST(NovaValues, KnowsTextThatPythonWouldPrintForANumber) {
    for (const char* text : {"0", "7", "-1", "12"}) {
        EXPECT_TRUE(is_int_like(text)) << text;
    }
    for (const char* text : {"", "007", "+1", " 1", "1.0", "1_0", "-", "x"}) {
        EXPECT_FALSE(is_int_like(text)) << text;
    }
}

TEST(NovaValues, ReadsBooleansAsOsloDoes) {
    for (const char* text : {"1", "t", "TRUE", "on", " yes ", "Y"}) {
        EXPECT_EQ(strict_bool(text), true) << text;
    }
    for (const char* text : {"0", "F", "false", "OFF", "no", "n"}) {
        EXPECT_EQ(strict_bool(text), false) << text;
    }
    for (const char* text : {"", "2", "maybe", "tru"}) {
        EXPECT_EQ(strict_bool(text), std::nullopt) << text;
        EXPECT_FALSE(lenient_bool(text)) << text;
    }
}

TEST(NovaValues, ReadsSizesAsOsloDoes) {
    const std::vector<std::pair<const char*, std::optional<std::uint64_t>>> table = {
        {"2MB", 2U << 20}, {"2MiB", 2U << 20}, {"1GB", 1U << 30}, {"1Gb", 1U << 27}, {"1Gbit", 1U << 27},
        {"1Kib", 128},     {"3b", 1},          {"0B", 0},         {"1.5KB", 1536},   {".5MB", 1U << 19},
        {"2M", {}},        {"2048kB", {}},     {"1G", {}},        {"", {}},          {"MB", {}},
        {"1e3B", {}},      {"0x1B", {}},       {"1iB", {}},       {"1KKB", {}},      {"nanB", {}},
    };
    for (const auto& [text, bytes] : table) {
        EXPECT_EQ(string_to_bytes(text), bytes) << text;
    }
    EXPECT_GT(string_to_bytes(std::string(250, '9') + "TB"), std::uint64_t{1} << 62);
}

TEST(NovaValues, ReadsCpuSpecsWithoutOrder) {
    const std::vector<std::pair<const char*, const char*>> table = {
        {"0-3", "0-3"},     {"^1,0-3", "0,2-3"}, {"0-4,^2,^3", "0-1,4"},
        {" 1 , 3 ", "1,3"}, {",,2,", "2"},       {"", ""},
        {"^0", ""},         {"5-5", "5"},        {"0-3,^4-9999999999", "0-3"},
    };
    for (const auto& [text, cpus] : table) {
        const auto spec = parse_cpu_spec(text);
        ASSERT_TRUE(spec) << text;
        EXPECT_EQ(spec->cpus.to_cpulist(), cpus) << text;
        EXPECT_FALSE(spec->beyond_limit) << text;
    }
}

TEST(NovaValues, RefusesCpuSpecsInNovasWords) {
    for (const auto& [text, message] : std::vector<std::pair<const char*, const char*>>{
             {"3-1", "Invalid range expression '3-1'"},
             {"1,a", "Invalid inclusion expression 'a'"},
             {"^x", "Invalid exclusion expression '^x'"},
             {"1-2-3", "Invalid range expression '1-2-3'"},
             {"-1", "Invalid range expression '-1'"},
             {"\u0660-\u0663", "Invalid range expression '\u0660-\u0663'"}}) {
        const auto spec = parse_cpu_spec(text);
        ASSERT_FALSE(spec) << text;
        EXPECT_EQ(spec.error().type, "Invalid");
        EXPECT_EQ(spec.error().message, message);
    }
}

TEST(NovaValues, TakesNoMemoryByTheSizeOfANumber) {
    const auto huge = parse_cpu_spec("0-9223372036854775807");
    ASSERT_TRUE(huge);
    EXPECT_TRUE(huge->beyond_limit);
    EXPECT_EQ(huge->cpus.size(), std::size_t{CpuSet::kMaxCpus});
    const auto cut = parse_cpu_spec("0-99999,^4-50000,^50001-99999999999999999999999");
    ASSERT_TRUE(cut);
    EXPECT_FALSE(cut->beyond_limit);
    EXPECT_EQ(cut->cpus.to_cpulist(), "0-3");
}

TEST(NovaValues, QuotesRepairsForAShell) {
    Flavor flavor;
    flavor.name = "rt'; rm -rf /\n";
    EXPECT_EQ(flavor_set_command(flavor, "hw:cpu_policy", "dedicated"),
              R"(openstack flavor set --property hw:cpu_policy=dedicated 'rt'\''; rm -rf /?')");
    flavor.name = "-x";
    EXPECT_EQ(flavor_unset_command(flavor, "a b"), "openstack flavor unset --property 'a b' '-x'");
}

} // namespace
} // namespace nova_rt
