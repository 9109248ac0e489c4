#include "services/cache_document.hpp"

#include "services/host_document.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using nlohmann::json;

TEST(CacheDocument, DescribesCachesAndWhatDividesThem) {
    const auto host =
        read_host(json::parse(R"({"cells": [{"id": 0, "memory_mb": 8, "siblings": [[0], [1], [2]]}],
        "online": "0-1", "l3_caches": [{"id": 8, "cpus": [2, 1], "size_kb": 16384}, {"id": 0, "cpus": "0", "size_kb": 1}],
        "resctrl": {"l3": {"cbm_mask": "fffff", "min_cbm_bits": 2, "cdp": true}, "mb": {"min_bandwidth": 5}}})"));
    ASSERT_TRUE(host) << host.error().message();
    ASSERT_EQ(host->caches.l3.size(), 2U);
    EXPECT_EQ(host->caches.l3[0].id, 0U);
    EXPECT_EQ(host->caches.l3[1].cpus, CpuSet{1}) << "2 is offline";
    EXPECT_EQ(host->caches.l3[1].size, KiB{16384});
    ASSERT_TRUE(host->caches.allocation);
    EXPECT_EQ(host->caches.allocation->ways, 20U);
    EXPECT_EQ(host->caches.allocation->min_ways, 2U);
    EXPECT_EQ(host->caches.allocation->kind, CacheAllocation::Kind::CodeAndData);
    ASSERT_TRUE(host->caches.bandwidth);
    EXPECT_EQ(host->caches.bandwidth->min_percent, 5U);
    EXPECT_EQ(host->caches.bandwidth->step_percent, 10U);
}

TEST(CacheDocument, MayBeAbsent) {
    const auto caches = read_caches(json::parse(R"({"l3_caches": null, "resctrl": {}})"));
    ASSERT_TRUE(caches);
    EXPECT_TRUE(caches->l3.empty());
    EXPECT_FALSE(caches->allocation);
    EXPECT_FALSE(caches->bandwidth);
}

TEST(CacheDocument, RefusesWhatIsNoCache) {
    for (const char* text : {R"({"l3_caches": {}})", R"({"l3_caches": [1]})", R"({"l3_caches": [{"id": 0}]})",
                             R"({"l3_caches": [{"id": -1, "cpus": "0", "size_kb": 1}]})",
                             R"({"l3_caches": [{"id": 0, "cpus": "0", "size_kb": 1e30}]})",
                             R"({"l3_caches": [{"id": 0, "cpus": "0-999999999", "size_kb": 1}]})",
                             R"({"l3_caches": [{"id": 0, "cpus": {}, "size_kb": 1}]})", R"({"resctrl": []})",
                             R"({"resctrl": {"l3": {}}})", R"({"resctrl": {"l3": {"cbm_mask": "0"}}})",
                             R"({"resctrl": {"l3": {"cbm_mask": "xyz"}}})",
                             R"({"resctrl": {"l3": {"cbm_mask": "f", "min_cbm_bits": 0}}})",
                             R"({"resctrl": {"mb": {"min_bandwidth": 101}}})",
                             R"({"resctrl": {"mb": {"bandwidth_gran": 0}}})"}) {
        const auto caches = read_caches(json::parse(text));
        ASSERT_FALSE(caches) << text;
        EXPECT_EQ(caches.error().code(), ErrorCode::InvalidArgument) << text;
    }
}

TEST(CacheDocument, RefusesACpuOrAnIdTwice) {
    const char* const before =
        R"({"cells": [], "online": "0-7", "l3_caches": [{"id": 0, "cpus": "0-3", "size_kb": 1}, )";
    EXPECT_FALSE(read_host(json::parse(std::string(before) + R"({"id": 0, "cpus": "4", "size_kb": 1}]})")));
    EXPECT_FALSE(read_host(json::parse(std::string(before) + R"({"id": 1, "cpus": "3-4", "size_kb": 1}]})")));
    EXPECT_TRUE(read_host(json::parse(std::string(before) + R"({"id": 1, "cpus": "4", "size_kb": 1}]})")));
}

} // namespace
} // namespace nova_rt
