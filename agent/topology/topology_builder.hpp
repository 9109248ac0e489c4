// From facts about a machine to a HostTopology: a pure function, whatever the facts were read from.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "model/host_topology.hpp"

#include <string>
#include <vector>

namespace nova_rt {

/// What is known about one NUMA node, in any order.
struct CellFacts {
    HostCellId id;
    unsigned socket = 0;
    KiB memory;
    std::vector<CpuSet> thread_siblings; ///< one set per core; repeated sets count once
    std::vector<PagePool> page_pools;
};

struct HostFacts {
    std::string architecture = "x86_64";
    CpuSet online;
    std::vector<CellFacts> cells;
    CacheControl caches; ///< in any order
};

/// Orders cells, cores and pools and leaves offline CPUs out. InvalidArgument when a cell appears twice, a
/// CPU is in two cores, or a page size is 0 or appears twice, or
/// a level-3 cache appears twice or shares a CPU with another.
[[nodiscard]] Result<HostTopology> build_topology(const HostFacts& facts);

} // namespace nova_rt
