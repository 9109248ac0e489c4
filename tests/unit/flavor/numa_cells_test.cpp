#include "flavor/numa_cells.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace nova_rt {
namespace {

using test::accepted;
using test::GuestQuestion;
using test::refusal_of;

struct ManualRow {
    std::map<std::string, std::string> specs;
    std::int64_t nodes;
    const char* refusal;
};

TEST(NumaCells, AreCutEvenlyWithoutFurtherWord) {
    const auto cells = numa_cells(GuestQuestion().input(), 2, {1, 2});
    ASSERT_TRUE(cells);
    ASSERT_EQ(cells->size(), 2U);
    EXPECT_EQ(cells->at(0).pinned_vcpus, CpuSet{1});
    EXPECT_EQ(cells->at(0).shared_vcpus, CpuSet{0});
    EXPECT_EQ(cells->at(1).pinned_vcpus, CpuSet{2});
    EXPECT_EQ(cells->at(1).memory, MiB{2048});
}

TEST(NumaCells, RefuseAnUnevenCut) {
    EXPECT_EQ(refusal_of(numa_cells(GuestQuestion().input(), 3, {})), "ImageNUMATopologyAsymmetric");
    EXPECT_EQ(refusal_of(numa_cells(GuestQuestion().memory(4097).input(), 2, {})),
              "ImageNUMATopologyAsymmetric");
    EXPECT_EQ(refusal_of(numa_cells(GuestQuestion().input(), std::int64_t{1} << 60, {})),
              "ImageNUMATopologyAsymmetric");
}

TEST(NumaCells, RefuseAnImpossibleManualCut) {
    const std::vector<ManualRow> table = {
        {{{"hw:numa_cpus.0", "0"},
          {"hw:numa_cpus.1", "1-3"},
          {"hw:numa_mem.0", "96"},
          {"hw:numa_mem.1", "4000"}},
         2,
         ""},
        {{{"hw:numa_cpus.0", "0-3"}}, 1, "ImageNUMATopologyIncomplete"},
        {{{"hw:numa_cpus.0", "0-3"}, {"hw:numa_mem.0", "4096"}}, 2, "ImageNUMATopologyIncomplete"},
        {{{"hw:numa_cpus.0", "0-4"}, {"hw:numa_mem.0", "4096"}}, 1, "ImageNUMATopologyCPUOutOfRange"},
        {{{"hw:numa_cpus.0", "0-99999"}, {"hw:numa_mem.0", "4096"}}, 1, "ImageNUMATopologyCPUOutOfRange"},
        {{{"hw:numa_cpus.0", "0-2"},
          {"hw:numa_cpus.1", "2-3"},
          {"hw:numa_mem.0", "96"},
          {"hw:numa_mem.1", "4000"}},
         2,
         "ImageNUMATopologyCPUDuplicates"},
        {{{"hw:numa_cpus.0", "0-2"}, {"hw:numa_mem.0", "4096"}}, 1, "ImageNUMATopologyCPUsUnassigned"},
        {{{"hw:numa_cpus.0", "0-3"}, {"hw:numa_mem.0", "4095"}}, 1, "ImageNUMATopologyMemoryOutOfRange"},
        {{{"hw:numa_cpus.0", "0-3"}, {"hw:numa_mem.0", "99999999999999999999"}},
         1,
         "ImageNUMATopologyMemoryOutOfRange"},
        {{{"hw:numa_cpus.0", "3-1"}, {"hw:numa_mem.0", "4096"}}, 1, "Invalid"},
        {{{"hw:numa_cpus.0", "0-3"}, {"hw:numa_mem.0", "x"}}, 1, "ValueError"},
    };
    for (const auto& row : table) {
        GuestQuestion asked;
        for (const auto& [key, value] : row.specs) {
            asked.spec(key, value);
        }
        EXPECT_EQ(refusal_of(numa_cells(asked.input(), row.nodes, {})), row.refusal)
            << row.specs.begin()->second << " " << row.refusal;
    }
}

TEST(NumaCells, MayComeFromTheImageButNotFromBoth) {
    GuestQuestion asked;
    asked.image("hw_numa_cpus.0", "0-3").image("hw_numa_mem.0", "4096");
    EXPECT_TRUE(numa_cells(asked.input(), 1, {}));
    asked.spec("hw:numa_cpus.0", "0-3");
    EXPECT_EQ(refusal_of(numa_cells(asked.input(), 1, {})), "ImageNUMATopologyForbidden");
}

TEST(NumaCells, AreCountedByFlavorOrImage) {
    EXPECT_EQ(accepted(numa_node_count(GuestQuestion().input())), std::optional<std::int64_t>());
    EXPECT_EQ(accepted(numa_node_count(GuestQuestion().spec("hw:numa_nodes", "2").input())),
              std::optional<std::int64_t>(2));
    EXPECT_EQ(accepted(numa_node_count(GuestQuestion().image("hw_numa_nodes", "2").input())),
              std::optional<std::int64_t>(2));
    EXPECT_EQ(refusal_of(numa_node_count(
                  GuestQuestion().spec("hw:numa_nodes", "2").image("hw_numa_nodes", "2").input())),
              "ImageNUMATopologyForbidden");
    for (const char* count : {"0", "-1", "x", "02", " 2", "1.0"}) {
        EXPECT_EQ(refusal_of(numa_node_count(GuestQuestion().spec("hw:numa_nodes", count).input())),
                  "InvalidNUMANodesNumber")
            << count;
    }
}

} // namespace
} // namespace nova_rt
