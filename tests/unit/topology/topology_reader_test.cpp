#include "topology/topology_reader.hpp"

#include "support/fake_host_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace nova_rt {
namespace {

using test::FakeHostReader;
using testing::ElementsAre;
using testing::HasSubstr;

void add_cpu(FakeHostReader& reader, unsigned cpu, const std::string& siblings, const std::string& package) {
    const std::string topology = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    reader.set(topology + "thread_siblings_list", siblings + "\n");
    reader.set(topology + "physical_package_id", package + "\n");
}

/// Two NUMA nodes of two cores with two threads, CPU 7 offline, 2 MiB pages on node 1.
std::unique_ptr<FakeHostReader> two_nodes() {
    auto made = std::make_unique<FakeHostReader>();
    FakeHostReader& reader = *made;
    reader.set("sys/devices/system/cpu/online", "0-6\n");
    reader.set("sys/devices/system/node/online", "0-1\n");
    for (unsigned node = 0; node < 2; ++node) {
        const std::string path = "sys/devices/system/node/node" + std::to_string(node);
        reader.set(path + "/cpulist", node == 0 ? "0-1,4-5\n" : "2-3,6-7\n");
        reader.set(path + "/meminfo", "Node " + std::to_string(node) + " MemTotal:        8192 kB\nNode " +
                                          std::to_string(node) + " MemFree: 1 kB\n");
    }
    reader.set("sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages", "3\n");
    reader.set("sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages", "1\n");
    for (const unsigned cpu : {0U, 1U, 2U}) {
        const std::string siblings = std::to_string(cpu) + "," + std::to_string(cpu + 4);
        add_cpu(reader, cpu, siblings, cpu < 2 ? "0" : "1");
        add_cpu(reader, cpu + 4, siblings, cpu < 2 ? "0" : "1");
    }
    add_cpu(reader, 3, "3", "1");
    return made;
}

TEST(TopologyReader, ReadsNodesCoresAndPools) {
    const auto host = read_topology(*two_nodes(), {});
    ASSERT_TRUE(host) << host.error().message();
    ASSERT_EQ(host->cells.size(), 2U);
    EXPECT_THAT(host->cells[0].thread_siblings, ElementsAre(CpuSet{0, 4}, CpuSet{1, 5}));
    EXPECT_THAT(host->cells[1].thread_siblings, ElementsAre(CpuSet{2, 6}, CpuSet{3}));
    EXPECT_EQ(host->cells[1].socket, 1U);
    EXPECT_EQ(host->cells[0].memory, MiB{8});
    EXPECT_EQ(host->online, CpuSet::range(0, 6));
    ASSERT_EQ(host->cells[1].page_pools.size(), 2U);
    EXPECT_EQ(host->cells[1].page_pools[0].size, KiB{4});
    EXPECT_EQ(host->cells[1].page_pools[0].total, (8192U - 3 * 2048) / 4)
        << "memory in huge pages counts once";
    EXPECT_EQ(host->cells[1].page_pools[1].total, 3U);
    EXPECT_EQ(host->cells[1].page_pools[1].used, 0U);
}

TEST(TopologyReader, GivesAKernelWithoutNumaOneCell) {
    FakeHostReader reader;
    reader.set("sys/devices/system/cpu/online", "0-1\n");
    reader.set("proc/meminfo", "MemTotal:       16384 kB\nMemFree:  4 kB\n");
    add_cpu(reader, 0, "0", "-1");
    add_cpu(reader, 1, "1", "-1");
    const auto host = read_topology(reader, {.architecture = "aarch64", .base_page = {64}});
    ASSERT_TRUE(host) << host.error().message();
    ASSERT_EQ(host->cells.size(), 1U);
    EXPECT_EQ(host->architecture, "aarch64");
    EXPECT_EQ(host->cells[0].page_pools[0].total, 256U);
    EXPECT_EQ(host->cells[0].cpus, (CpuSet{0, 1}));
}

TEST(TopologyReader, NamesTheFileThatIsMissingOrStrange) {
    for (const char* path : {"sys/devices/system/cpu/online", "sys/devices/system/node/node0/cpulist",
                             "sys/devices/system/node/node1/meminfo",
                             "sys/devices/system/cpu/cpu1/topology/thread_siblings_list"}) {
        auto missing = two_nodes();
        missing->remove(path);
        const auto none = read_topology(*missing, {});
        ASSERT_FALSE(none) << path;
        EXPECT_THAT(none.error().message(), HasSubstr(path));
        auto strange = two_nodes();
        strange->set(path, "rubbish\n");
        const auto refused = read_topology(*strange, {});
        ASSERT_FALSE(refused) << path;
        EXPECT_THAT(refused.error().message(), HasSubstr(path));
    }
}

TEST(TopologyReader, ReadsAnEmptyNode) {
    auto reader = two_nodes();
    reader->set("sys/devices/system/node/online", "0-2\n");
    reader->set("sys/devices/system/node/node2/cpulist", "\n");
    reader->set("sys/devices/system/node/node2/meminfo", "Node 2 MemTotal: 4096 kB\n");
    const auto host = read_topology(*reader, {});
    ASSERT_TRUE(host) << host.error().message();
    EXPECT_TRUE(host->cells[2].cpus.empty());
}

} // namespace
} // namespace nova_rt
