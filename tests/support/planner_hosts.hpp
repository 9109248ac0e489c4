// Hosts and requests for planner tests, so that a test states only what matters.
#pragma once

#include "model/host_topology.hpp"
#include "model/nova_options.hpp"
#include "model/realtime_request.hpp"

#include <cstdint>
#include <vector>

namespace nova_rt::test {

/// Cells of equal size. CPUs are numbered as on x86: first threads of all cores of all cells, then second
/// threads.
struct HostShape {
    unsigned cells = 1;
    unsigned cores = 4;
    unsigned threads = 1;
    std::uint64_t memory_mib = 16384;
    std::uint64_t pages_2m = 0;
    std::uint64_t pages_1g = 0;
};

inline HostTopology make_host(const HostShape& shape) {
    HostTopology host;
    for (unsigned cell = 0; cell < shape.cells; ++cell) {
        HostCell made;
        made.id = {cell};
        made.socket = cell;
        made.memory = {shape.memory_mib};
        for (unsigned core = 0; core < shape.cores; ++core) {
            CpuSet siblings;
            for (unsigned thread = 0; thread < shape.threads; ++thread) {
                siblings.add(cell * shape.cores + core + thread * shape.cells * shape.cores);
            }
            made.cpus |= siblings;
            made.thread_siblings.push_back(siblings);
        }
        made.page_pools.push_back({.size = {4}, .total = shape.memory_mib * 256});
        if (shape.pages_2m > 0) {
            made.page_pools.push_back({.size = {2048}, .total = shape.pages_2m});
        }
        if (shape.pages_1g > 0) {
            made.page_pools.push_back({.size = {1048576}, .total = shape.pages_1g});
        }
        host.online |= made.cpus;
        host.cells.push_back(made);
    }
    return host;
}

/// A guest whose vCPUs are all pinned, cut evenly into cells.
inline RealtimeRequest pinned_guest(unsigned vcpus, unsigned cells = 1, std::uint64_t memory_mib = 1024) {
    RealtimeRequest request;
    request.vcpus = vcpus;
    request.memory = {memory_mib};
    request.cpu_policy = CpuPolicy::Dedicated;
    for (unsigned cell = 0; cell < cells; ++cell) {
        const unsigned per_cell = vcpus / cells;
        request.cells.push_back({.id = {cell},
                                 .shared_vcpus = {},
                                 .pinned_vcpus = CpuSet::range(cell * per_cell, (cell + 1) * per_cell - 1),
                                 .memory = {memory_mib / cells}});
    }
    return request;
}

} // namespace nova_rt::test
