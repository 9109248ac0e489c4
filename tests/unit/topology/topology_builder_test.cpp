#include "topology/topology_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CellFacts cell(unsigned id, std::vector<CpuSet> cores) {
    return {
        .id = {id}, .socket = id, .memory = {2048}, .thread_siblings = std::move(cores), .page_pools = {}};
}

TEST(TopologyBuilder, OrdersCellsCoresAndPools) {
    HostFacts facts;
    facts.online = CpuSet::range(0, 7);
    facts.cells = {cell(1, {{7, 3}, {2, 6}, {2, 6}}), cell(0, {{1, 5}, {0, 4}})};
    facts.cells[0].page_pools = {{.size = {2048}, .total = 8}, {.size = {4}, .total = 512}};
    const auto host = build_topology(facts);
    ASSERT_TRUE(host);
    ASSERT_EQ(host->cells.size(), 2U);
    EXPECT_EQ(host->cells[0].id, HostCellId{0});
    EXPECT_THAT(host->cells[0].thread_siblings, ElementsAre(CpuSet{0, 4}, CpuSet{1, 5}));
    EXPECT_THAT(host->cells[1].thread_siblings, ElementsAre(CpuSet{2, 6}, CpuSet{3, 7}));
    EXPECT_EQ(host->cells[1].page_pools[0].size, KiB{4});
    EXPECT_EQ(host->cells[1].memory, MiB{2});
}

TEST(TopologyBuilder, LeavesOfflineCpusOut) {
    HostFacts facts;
    facts.online = {0, 1, 4};
    facts.cells = {cell(0, {{0, 4}, {1, 5}, {2, 6}})};
    const auto host = build_topology(facts);
    ASSERT_TRUE(host);
    EXPECT_THAT(host->cells[0].thread_siblings, ElementsAre(CpuSet{0, 4}, CpuSet{1}));
    EXPECT_EQ(host->cells[0].cpus, (CpuSet{0, 1, 4}));
}

TEST(TopologyBuilder, RefusesAMachineThatContradictsItself) {
    HostFacts twice;
    twice.cells = {cell(0, {{0, 1}}), cell(1, {{1, 2}})};
    EXPECT_THAT(build_topology(twice).error().message(), HasSubstr("CPUs 1 belong to two cores"));
    HostFacts same_id;
    same_id.cells = {cell(0, {{0}}), cell(0, {{1}})};
    EXPECT_THAT(build_topology(same_id).error().message(), HasSubstr("cell 0 appears twice"));
    HostFacts pages;
    pages.cells = {cell(0, {{0}})};
    pages.cells[0].page_pools = {{.size = {0}, .total = 1}};
    EXPECT_FALSE(build_topology(pages));
    pages.cells[0].page_pools = {{.size = {4}, .total = 1}, {.size = {4}, .total = 2}};
    EXPECT_FALSE(build_topology(pages));
}

} // namespace
} // namespace nova_rt
