#include "services/usage_document.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using nlohmann::json;

TEST(UsageDocument, ReadsWhatNovaRecords) {
    const auto usage = read_usage(json::parse(R"([{"cell": 1, "pinned": [4, 5], "vcpus": 3, "memory_mb": 512,
        "mempages": [{"size_kb": 2048, "used": 7}]}, {"cell": 0}])"));
    ASSERT_TRUE(usage) << usage.error().message();
    ASSERT_EQ(usage->size(), 2U);
    EXPECT_EQ(usage->at(0).cell, HostCellId{1});
    EXPECT_EQ(usage->at(0).pinned, (CpuSet{4, 5}));
    EXPECT_EQ(usage->at(0).vcpus, 3U);
    EXPECT_EQ(usage->at(0).memory, MiB{512});
    EXPECT_EQ(usage->at(0).pages.at(0).used, 7U);
    EXPECT_TRUE(usage->at(1).pinned.empty());
    EXPECT_TRUE(read_usage(json::object())->empty()) << "no usage at all";
}

TEST(UsageDocument, RefusesWhatIsNoUsage) {
    for (const char* text :
         {R"({"cell": 0})", R"([1])", R"([{}])", R"([{"cell": -1}])", R"([{"cell": 0, "pinned": [-1]}])",
          R"([{"cell": 0, "memory_mb": "x"}])", R"([{"cell": 0, "mempages": {}}])",
          R"([{"cell": 0, "mempages": [{"size_kb": 0}]}])", R"([{"cell": 0, "vcpus": 1e300}])"}) {
        const auto usage = read_usage(json::parse(text));
        ASSERT_FALSE(usage) << text;
        EXPECT_EQ(usage.error().code(), ErrorCode::InvalidArgument) << text;
    }
}

} // namespace
} // namespace nova_rt
