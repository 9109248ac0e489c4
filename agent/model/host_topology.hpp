// A compute node as the planner sees it: NUMA cells, thread siblings, page pools, and Nova's CPU sets.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "base/units.hpp"
#include "model/cache_control.hpp"
#include "model/firmware.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// The pages of one size on one NUMA cell, in pages.
struct PagePool {
    KiB size;
    std::uint64_t total = 0;
    std::uint64_t used = 0;
    std::uint64_t reserved = 0;

    [[nodiscard]] std::uint64_t free() const { return total > used + reserved ? total - used - reserved : 0; }
};

struct HostCell {
    HostCellId id;
    unsigned socket = 0;
    MiB memory;
    CpuSet cpus;                         ///< every online CPU of the cell
    std::vector<CpuSet> thread_siblings; ///< one set per core, ordered by lowest CPU
    std::vector<PagePool> page_pools;    ///< ascending by size
};

/// The machine. Built from sysfs or from a document; says nothing about who uses it.
struct HostTopology {
    std::string architecture = "x86_64"; ///< as libvirt names it: x86_64, aarch64
    std::vector<HostCell> cells;         ///< ascending by id
    CpuSet online;
    std::optional<std::vector<FirmwareDescriptor>> firmware; ///< in order of their files; none: not known
    CacheControl caches; ///< empty where the machine or its description does not tell
};

} // namespace nova_rt
