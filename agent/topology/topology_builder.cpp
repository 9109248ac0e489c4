#include "topology/topology_builder.hpp"

#include <algorithm>
#include <utility>

namespace nova_rt {

namespace {

Status check_pools(const CellFacts& facts) {
    const std::string where = "describe host cell " + std::to_string(facts.id.value) + ": ";
    for (std::size_t i = 0; i < facts.page_pools.size(); ++i) {
        const KiB size = facts.page_pools[i].size;
        if (size.value == 0) {
            return fail(ErrorCode::InvalidArgument, where + "a page size is 0");
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (facts.page_pools[j].size == size) {
                return fail(ErrorCode::InvalidArgument,
                            where + "page size " + std::to_string(size.value) + " KiB appears twice");
            }
        }
    }
    return {};
}

Result<HostCell> build_cell(const CellFacts& facts, const CpuSet& online, CpuSet& seen) {
    NOVA_RT_TRY(check_pools(facts));
    HostCell cell{.id = facts.id,
                  .socket = facts.socket,
                  .memory = {facts.memory.value / 1024},
                  .cpus = {},
                  .thread_siblings = {},
                  .page_pools = facts.page_pools};
    std::vector<CpuSet> cores = facts.thread_siblings;
    std::ranges::sort(cores);
    const auto repeated = std::ranges::unique(cores);
    cores.erase(repeated.begin(), repeated.end());
    for (const CpuSet& core : cores) {
        if (core.intersects(seen)) {
            return fail(ErrorCode::InvalidArgument, "describe host cell " + std::to_string(facts.id.value) +
                                                        ": CPUs " + (core & seen).to_cpulist() +
                                                        " belong to two cores");
        }
        seen |= core;
        const CpuSet usable = core & online;
        if (!usable.empty()) {
            cell.cpus |= usable;
            cell.thread_siblings.push_back(usable);
        }
    }
    std::ranges::sort(cell.thread_siblings,
                      [](const CpuSet& a, const CpuSet& b) { return a.first() < b.first(); });
    std::ranges::sort(cell.page_pools, [](const PagePool& a, const PagePool& b) { return a.size < b.size; });
    return cell;
}

/// As they are told, without offline CPUs.
Result<CacheControl> build_caches(const HostFacts& facts) {
    CacheControl caches = facts.caches;
    std::ranges::sort(caches.l3, {}, &L3Cache::id);
    CpuSet seen;
    const L3Cache* before = nullptr;
    for (L3Cache& cache : caches.l3) {
        cache.cpus &= facts.online;
        if ((before != nullptr && before->id == cache.id) || cache.cpus.intersects(seen)) {
            return fail(ErrorCode::InvalidArgument, "describe host: level-3 cache " +
                                                        std::to_string(cache.id) +
                                                        " appears twice, or shares CPUs with another");
        }
        seen |= cache.cpus;
        before = &cache;
    }
    return caches;
}

} // namespace

Result<HostTopology> build_topology(const HostFacts& facts) {
    NOVA_RT_TRY_ASSIGN(caches, build_caches(facts));
    HostTopology topology{
        .architecture = facts.architecture, .cells = {}, .online = facts.online, .caches = std::move(caches)};
    CpuSet seen;
    for (const CellFacts& cell_facts : facts.cells) {
        NOVA_RT_TRY_ASSIGN(cell, build_cell(cell_facts, facts.online, seen));
        topology.cells.push_back(std::move(cell));
    }
    std::ranges::sort(topology.cells, [](const HostCell& a, const HostCell& b) { return a.id < b.id; });
    const auto twin = std::ranges::adjacent_find(
        topology.cells, [](const HostCell& a, const HostCell& b) { return a.id == b.id; });
    if (twin != topology.cells.end()) {
        return fail(ErrorCode::InvalidArgument,
                    "describe host: cell " + std::to_string(twin->id.value) + " appears twice");
    }
    return topology;
}

} // namespace nova_rt
