// What a ledger has left, cell by cell.
#pragma once

#include "planner/cpu_ledger.hpp"

#include <vector>

namespace nova_rt {

/// What guests can still have of one host NUMA cell.
struct CellRemainder {
    HostCellId id;
    CpuSet dedicated;
    CpuSet free_pcpus;              ///< the part of `dedicated` nobody is pinned to
    std::vector<CpuSet> free_cores; ///< cores all of whose threads are free, lowest CPU first
    CpuSet shared;
    std::uint64_t floating_vcpus = 0; ///< on `shared`
    MiB memory;
    std::int64_t free_memory = 0;     ///< MiB; negative when guests that float overcommit
    std::vector<PagePool> page_pools; ///< ascending by size
};

[[nodiscard]] std::vector<CellRemainder> remainders(const CpuLedger& ledger);

} // namespace nova_rt
