#include "planner/cell_remainder.hpp"

#include <algorithm>
#include <iterator>

namespace nova_rt {

std::vector<CellRemainder> remainders(const CpuLedger& ledger) {
    std::vector<CellRemainder> left;
    for (const LedgerCell& cell : ledger.cells()) {
        CellRemainder remainder{.id = cell.id,
                                .dedicated = cell.dedicated,
                                .free_pcpus = cell.free_pcpus(),
                                .free_cores = {},
                                .shared = cell.shared,
                                .floating_vcpus = cell.vcpus_used,
                                .memory = cell.memory,
                                .free_memory = cell.available_memory(),
                                .page_pools = cell.page_pools};
        std::ranges::copy_if(cell.threads, std::back_inserter(remainder.free_cores),
                             [&](const CpuSet& core) { return core.is_subset_of(remainder.free_pcpus); });
        left.push_back(std::move(remainder));
    }
    return left;
}

} // namespace nova_rt
