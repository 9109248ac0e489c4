// Our topology against hwloc's: this machine, and captures of machines nobody here owns.

#include "adapters/linux_host/linux_host_reader.hpp"
#include "topology/topology_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwloc.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nova_rt {
namespace {

struct Destroy {
    void operator()(hwloc_topology* topology) const { hwloc_topology_destroy(topology); }
};

using Oracle = std::unique_ptr<hwloc_topology, Destroy>;

CpuSet to_cpus(hwloc_const_bitmap_t bitmap) {
    CpuSet cpus;
    for (int cpu = hwloc_bitmap_first(bitmap); cpu >= 0; cpu = hwloc_bitmap_next(bitmap, cpu)) {
        cpus.add(static_cast<unsigned>(cpu));
    }
    return cpus;
}

/// What hwloc finds below a root, by the kernel's files alone and with what a cgroup would hide.
Oracle load(const std::string& root) {
    setenv("HWLOC_COMPONENTS", "linux,stop", 1);
    setenv("HWLOC_FSROOT", root.c_str(), 1);
    setenv("HWLOC_KEEP_NVIDIA_GPU_NUMA_NODES", "1", 1); // left out otherwise, the kernel lists them
    hwloc_topology_t topology = nullptr;
    if (hwloc_topology_init(&topology) != 0) {
        return nullptr;
    }
    Oracle owned(topology);
    hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    return hwloc_topology_load(topology) == 0 ? std::move(owned) : nullptr;
}

Result<HostTopology> read_root(const std::string& root, const MachineFacts& machine) {
    NOVA_RT_TRY_ASSIGN(directory, RootDirectory::open(root));
    return read_topology(LinuxHostReader(std::move(directory)), machine);
}

/// The siblings of a CPU, written for messages.
using Cores = std::map<unsigned, std::string>;

std::vector<hwloc_obj_t> objects(hwloc_topology_t oracle, hwloc_obj_type_t type) {
    std::vector<hwloc_obj_t> found;
    for (hwloc_obj_t each = nullptr; (each = hwloc_get_next_obj_by_type(oracle, type, each)) != nullptr;) {
        found.push_back(each);
    }
    return found;
}

/// A CPU without a core object is a core of its own. A CPU of a node that is offline is in no cell, as
/// libvirt does not tell Nova of it either.
Cores cores_of(hwloc_topology_t oracle) {
    CpuSet in_nodes;
    for (const hwloc_obj_t node : objects(oracle, HWLOC_OBJ_NUMANODE)) {
        in_nodes |= to_cpus(node->cpuset);
    }
    Cores cores;
    for (const hwloc_obj_t pu : objects(oracle, HWLOC_OBJ_PU)) {
        if (in_nodes.contains(pu->os_index)) {
            const hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(oracle, HWLOC_OBJ_CORE, pu);
            cores[pu->os_index] = to_cpus(core == nullptr ? pu->cpuset : core->cpuset).to_cpulist();
        }
    }
    return cores;
}

Cores cores_of(const HostTopology& host) {
    Cores cores;
    for (const HostCell& cell : host.cells) {
        for (const CpuSet& core : cell.thread_siblings) {
            for (const unsigned cpu : core) {
                cores[cpu] = core.to_cpulist();
            }
        }
    }
    return cores;
}

std::map<std::uint64_t, std::uint64_t> huge_pages_of(const hwloc_obj_attr_u::hwloc_numanode_attr_s& node) {
    std::map<std::uint64_t, std::uint64_t> pages;
    for (unsigned i = 1; i < node.page_types_len; ++i) { // the first is the base page
        pages[node.page_types[i].size / 1024] = node.page_types[i].count;
    }
    return pages;
}

void compare_cell(hwloc_topology_t oracle, hwloc_obj_t node, const HostCell& cell) {
    SCOPED_TRACE("NUMA node " + std::to_string(cell.id.value));
    if (!cell.cpus.empty()) { // hwloc gives memory without CPUs those of the nearest node
        EXPECT_EQ(cell.cpus.to_cpulist(), to_cpus(node->cpuset).to_cpulist());
    }
    EXPECT_EQ(cell.memory.value, node->attr->numanode.local_memory >> 20U);
    std::map<std::uint64_t, std::uint64_t> pages;
    for (std::size_t i = 1; i < cell.page_pools.size(); ++i) {
        pages[cell.page_pools[i].size.value] = cell.page_pools[i].total;
    }
    EXPECT_EQ(pages, huge_pages_of(node->attr->numanode));
    if (const auto first = cell.cpus.first()) {
        const hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(oracle, *first);
        const hwloc_obj_t package = hwloc_get_ancestor_obj_by_type(oracle, HWLOC_OBJ_PACKAGE, pu);
        if (package != nullptr && package->os_index != HWLOC_UNKNOWN_INDEX) {
            EXPECT_EQ(cell.socket, package->os_index);
        }
    }
}

void compare(hwloc_topology_t oracle, const HostTopology& host) {
    EXPECT_EQ(host.online.to_cpulist(), to_cpus(hwloc_topology_get_topology_cpuset(oracle)).to_cpulist());
    std::vector<unsigned> nodes;
    for (const hwloc_obj_t node : objects(oracle, HWLOC_OBJ_NUMANODE)) {
        nodes.push_back(node->os_index);
    }
    std::vector<unsigned> cells;
    for (const HostCell& cell : host.cells) {
        cells.push_back(cell.id.value);
    }
    EXPECT_THAT(cells, testing::UnorderedElementsAreArray(nodes));
    for (const HostCell& cell : host.cells) {
        if (const hwloc_obj_t node = hwloc_get_numanode_obj_by_os_index(oracle, cell.id.value)) {
            compare_cell(oracle, node, cell);
        }
    }
}

/// Those that the kernel gives an id; only they can be named in XML.
void compare_caches(hwloc_topology_t oracle, const HostTopology& host) {
    for (const L3Cache& cache : host.caches.l3) {
        SCOPED_TRACE("level-3 cache " + std::to_string(cache.id));
        ASSERT_FALSE(cache.cpus.empty());
        const hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(oracle, *cache.cpus.first());
        const hwloc_obj_t theirs = hwloc_get_ancestor_obj_by_type(oracle, HWLOC_OBJ_L3CACHE, pu);
        ASSERT_NE(theirs, nullptr);
        EXPECT_EQ(cache.cpus.to_cpulist(), to_cpus(theirs->cpuset).to_cpulist());
        EXPECT_EQ(cache.size.value, theirs->attr->cache.size / 1024);
    }
}

/// Bulldozer: the kernel calls the two cores of a module thread siblings, and libvirt and Nova follow it;
/// hwloc looks at the CPU's model.
constexpr const char* kModulesAsCores = "64amd64-4s2n4ca2co";

TEST(HwlocThisMachine, FindsWhatHwlocFinds) {
    const Oracle oracle = load("/");
    ASSERT_TRUE(oracle);
    utsname name{};
    ASSERT_EQ(uname(&name), 0);
    const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
    const auto host = read_root("/", {.architecture = name.machine, .base_page = {page}});
    ASSERT_TRUE(host) << host.error().message();
    compare(oracle.get(), *host);
    compare_caches(oracle.get(), *host);
    EXPECT_EQ(cores_of(*host), cores_of(oracle.get()));
    EXPECT_EQ(host->caches.l3.size(), objects(oracle.get(), HWLOC_OBJ_L3CACHE).size());
}

/// The unpacked captures of hwloc's own tests: NOVA_RT_CAPTURES holds one directory per machine.
TEST(HwlocCaptures, FindsWhatHwlocFindsOnForeignMachines) {
    const char* const directory =
        std::getenv("NOVA_RT_CAPTURES"); // NOLINT(concurrency-mt-unsafe): one thread
    ASSERT_NE(directory, nullptr) << "run by captures_test.sh";
    int compared = 0;
    std::size_t caches = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const std::string root = entry.path();
        SCOPED_TRACE(entry.path().filename());
        const auto host = read_root(root, {});
        if (!host) {
            std::cout << entry.path().filename() << " is refused: " << host.error().message() << '\n';
            continue;
        }
        const Oracle oracle = load(root);
        ASSERT_TRUE(oracle);
        compare(oracle.get(), *host);
        compare_caches(oracle.get(), *host);
        caches += host->caches.l3.size();
        EXPECT_EQ(cores_of(*host) == cores_of(oracle.get()), entry.path().filename() != kModulesAsCores);
        ++compared;
    }
    std::cout << compared << " machines compared, " << caches << " level-3 caches\n";
    EXPECT_GE(compared, 23)
        << "the others are kernels before 2.6.28, without the lists, or contradict themselves";
}

} // namespace
} // namespace nova_rt
