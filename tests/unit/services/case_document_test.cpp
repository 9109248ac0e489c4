#include "services/case_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using testing::HasSubstr;

TEST(CaseDocument, ReadsAFlavorAsOpenstackShowsIt) {
    const auto flavor =
        parse_flavor_document(R"({"OS-FLV-DISABLED:disabled": false, "OS-FLV-EXT-DATA:ephemeral": 3,
        "disk": 20, "id": "42", "name": "rt.small", "os-flavor-access:is_public": true,
        "properties": {"hw:cpu_policy": "dedicated"}, "ram": 4096, "rxtx_factor": 1.0, "swap": "", "vcpus": 4})");
    ASSERT_TRUE(flavor) << flavor.error().message();
    EXPECT_EQ(flavor->name, "rt.small");
    EXPECT_EQ(flavor->id, "42");
    EXPECT_EQ(flavor->memory, MiB{4096});
    EXPECT_EQ(flavor->root_gb, 20U);
    EXPECT_EQ(flavor->ephemeral_gb, 3U);
    EXPECT_EQ(flavor->swap, MiB{0});
    EXPECT_EQ(flavor->extra_specs, (Properties{{"hw:cpu_policy", "dedicated"}}));
}

TEST(CaseDocument, ReadsPropertiesThatOlderClientsPrintAsText) {
    const auto flavor = parse_flavor_document(
        R"({"name": "f", "ram": 1, "vcpus": 1, "properties": "hw:cpu_policy='dedicated', hw:cpu_realtime_mask='^0,^1'"})");
    ASSERT_TRUE(flavor) << flavor.error().message();
    EXPECT_EQ(flavor->extra_specs,
              (Properties{{"hw:cpu_policy", "dedicated"}, {"hw:cpu_realtime_mask", "^0,^1"}}));
    EXPECT_FALSE(parse_flavor_document(R"({"properties": "hw:cpu_policy=dedicated"})"));
}

TEST(CaseDocument, ReadsAFlavorAsTheApiAndWeWriteIt) {
    const auto ours =
        parse_flavor_document(R"({"flavor": {"vcpus": 2, "memory_mb": 512, "root_gb": 0, "swap": 7,
        "extra_specs": {"hw:numa_nodes": 1, "hw:pmu": false}}})");
    ASSERT_TRUE(ours) << ours.error().message();
    EXPECT_EQ(ours->swap, MiB{7});
    EXPECT_EQ(ours->extra_specs, (Properties{{"hw:numa_nodes", "1"}, {"hw:pmu", "False"}}));
}

TEST(CaseDocument, RefusesAFlavorOutOfBounds) {
    for (const char* text :
         {R"({"vcpus": 0})", R"({"vcpus": 8193})", R"({"vcpus": "x"})", R"({"memory_mb": 0})",
          R"({"memory_mb": 1e99})", R"({"swap": -1})", R"([])", R"({"extra_specs": {"a": null}})",
          R"({"extra_specs": []})", R"({"name": {}})"}) {
        const auto flavor = parse_flavor_document(text);
        ASSERT_FALSE(flavor) << text;
        EXPECT_EQ(flavor.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(flavor.error().message(), HasSubstr("read flavor"));
    }
}

TEST(CaseDocument, ReadsAnImageAsOpenstackShowsIt) {
    const auto image = parse_image_document(
        R"({"id": "i", "name": "debian", "disk_format": "raw", "container_format": "bare",
        "properties": {"hw_pmu": true, "hw_cpu_sockets": 2, "stores": ["ceph"], "owner_specified.openstack.md5": ""}})");
    ASSERT_TRUE(image) << image.error().message();
    EXPECT_EQ(image->disk_format, "raw");
    EXPECT_EQ(
        image->properties,
        (Properties{{"hw_pmu", "True"}, {"hw_cpu_sockets", "2"}, {"owner_specified.openstack.md5", ""}}));
    EXPECT_FALSE(parse_image_document(R"({"properties": {"hw_pmu": null}})"));
}

TEST(CaseDocument, ReadsAWholeCase) {
    const auto input = parse_case_document(R"({"name": "n", "flavor": {"vcpus": 2},
        "host": {"cells": [{"id": 0, "memory_mb": 64, "siblings": [[0], [1]]}]}, "conf": {"compute.cpu_dedicated_set": "1"},
        "placed": [{"flavor": {"vcpus": 1}}], "limits": {"cpu_allocation_ratio": 2}, "vifs": [{"type": "tap"}],
        "instance": {"uuid": "u", "display_name": "../../x"}, "skip": ["schema"]})");
    ASSERT_TRUE(input) << input.error().message();
    EXPECT_EQ(input->name, "n");
    EXPECT_EQ(input->options.cpu_dedicated_set, CpuSet{1});
    EXPECT_EQ(input->placed.size(), 1U);
    EXPECT_EQ(input->limits->cpu_allocation_ratio, 2.0);
    EXPECT_EQ(input->ports.size(), 1U);
    EXPECT_EQ(input->instance.display_name, "../../x");
    EXPECT_EQ(input->schema_stage, StageMode::Skip);
    EXPECT_EQ(input->api_stage, StageMode::Run);
}

TEST(CaseDocument, RefusesACaseThatIsNone) {
    for (const char* text :
         {"[]", "{}", R"({"flavor": 1})", R"({"flavor": {}, "placed": {"a": 1}})",
          R"({"flavor": {}, "placed": [1]})", R"({"flavor": {}, "skip": ["fit"]})",
          R"({"flavor": {}, "limits": {"ram_allocation_ratio": "x"}})",
          R"({"flavor": {}, "limits": {"ram_allocation_ratio": -1}})", R"({"flavor": {}, "host": {"a": 1}})",
          R"({"flavor": {}, "conf": [1]})", R"({"flavor": {}, "vifs": [{"type": "x"}]})",
          R"({"flavor": {}, "instance": []})"}) {
        const auto input = parse_case_document(text);
        EXPECT_FALSE(input) << text;
    }
}

} // namespace
} // namespace nova_rt
