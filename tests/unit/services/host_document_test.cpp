#include "services/host_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;

TEST(HostDocument, DescribesAHost) {
    const auto host = read_host(json::parse(R"({"arch": "aarch64", "online": "0-2",
        "cells": [{"id": 0, "memory_mb": 8, "siblings": [[0, 2], [1, 3]], "mempages": [{"size_kb": 64, "total": 128}]},
                  {"id": 1, "socket": 4, "memory_mb": 1, "siblings": []}]})"));
    ASSERT_TRUE(host) << host.error().message();
    EXPECT_EQ(host->architecture, "aarch64");
    EXPECT_EQ(host->cells[0].cpus, CpuSet::range(0, 2));
    EXPECT_EQ(host->cells[0].page_pools[0].size, KiB{64});
    EXPECT_EQ(host->cells[1].socket, 4U);
    EXPECT_EQ(host->cells[1].page_pools[0].total, 256U) << "all memory in pages of 4 KiB unless told";
}

TEST(HostDocument, ReadsFirmwareDescriptors) {
    const auto host = read_host(json::parse(R"({"cells": [], "firmware": [{"features": ["secure-boot"],
        "mapping": {"executable": {"filename": "code"}, "nvram-template": {"filename": "vars"}},
        "targets": [{"architecture": "x86_64", "machines": ["q35", "pc-q35-*"]}]}]})"));
    ASSERT_TRUE(host) << host.error().message();
    ASSERT_TRUE(host->firmware);
    const FirmwareDescriptor& read = host->firmware->at(0);
    EXPECT_EQ(read.executable, "code");
    EXPECT_EQ(read.nvram_template, "vars");
    EXPECT_TRUE(read.secure_boot);
    EXPECT_FALSE(read.requires_smm);
    EXPECT_EQ(read.targets.at(0).machines, (std::vector<std::string>{"q35", "pc-q35-*"}));
    EXPECT_FALSE(read_host(json::parse(R"({"cells": []})"))->firmware) << "not known is not none";
}

TEST(HostDocument, RefusesWhatIsNoHost) {
    for (
        const char* text : {
            R"([])",
            R"({})",
            R"({"cells": {}})",
            R"({"cells": [1]})",
            R"({"cells": [{"id": 0, "siblings": []}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1}]})",
            R"({"cells": [{"id": -1, "memory_mb": 1, "siblings": []}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1e30, "siblings": []}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1, "siblings": [0]}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1, "siblings": [[99999999]]}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1, "siblings": [[-1]]}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1, "siblings": [[0], [0, 1]]}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1, "siblings": [], "mempages": [{"size_kb": 4}]}]})",
            R"({"cells": [{"id": 0, "memory_mb": 1, "siblings": [], "mempages": [{"size_kb": 0, "total": 1}]}]})",
            R"({"cells": [], "online": {"a": 1}})",
            R"({"cells": [], "firmware": {}})",
            R"({"cells": [], "firmware": [1]})",
            R"({"cells": [], "firmware": [{"features": [], "targets": []}]})",
            R"({"cells": [], "firmware": [{"mapping": {"executable": 1}}]})",
            R"({"cells": [], "online": "0-99999999"})",
        }) {
        const auto host = read_host(json::parse(text));
        ASSERT_FALSE(host) << text;
        EXPECT_EQ(host.error().code(), ErrorCode::InvalidArgument) << text;
    }
}

} // namespace
} // namespace nova_rt
