// What a flavor and image mean after Nova's rules have judged them: the planner's input.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "base/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// hw:cpu_policy. Source: nova/objects/fields.py, CPUAllocationPolicy.
enum class CpuPolicy { Shared, Dedicated, Mixed };
/// hw:cpu_thread_policy.
enum class CpuThreadPolicy { Prefer, Isolate, Require };
/// hw:emulator_threads_policy.
enum class EmulatorThreadsPolicy { Isolate, Share };

/// hw:mem_page_size: a class of sizes, or one size.
struct PageSizeRequest {
    enum class Kind { Small, Large, Any, Exact };

    Kind kind = Kind::Small;
    KiB exact; ///< with Exact only

    friend bool operator==(const PageSizeRequest&, const PageSizeRequest&) = default;
};

/// One guest NUMA cell as it is asked for.
struct GuestCell {
    GuestCellId id;
    CpuSet shared_vcpus; ///< float over the host cell's shared set
    CpuSet pinned_vcpus; ///< get one pCPU each
    MiB memory;
};

/// hw:cpu_sockets, cores, threads as preferred or computed.
struct GuestCpuTopology {
    std::uint64_t sockets = 1;
    std::uint64_t cores = 1;
    std::uint64_t threads = 1;

    friend bool operator==(const GuestCpuTopology&, const GuestCpuTopology&) = default;
};

/// A judged request. `cells` is empty for a guest without NUMA topology (nothing pinned, nothing asked).
struct RealtimeRequest {
    std::uint64_t vcpus = 0;
    MiB memory;
    CpuPolicy cpu_policy = CpuPolicy::Shared;
    std::optional<CpuThreadPolicy> thread_policy;
    std::optional<EmulatorThreadsPolicy> emulator_threads_policy;
    CpuSet realtime_vcpus; ///< empty for a guest that is not realtime
    std::vector<GuestCell> cells;
    std::optional<PageSizeRequest> page_size;
    std::optional<bool> locked_memory;
    std::optional<bool> pmu;
    bool multiqueue = false;
    bool packed_ring = false;
    bool hide_hypervisor = false;
    std::optional<std::string> watchdog_action;
    std::optional<GuestCpuTopology> cpu_topology;

    [[nodiscard]] bool is_realtime() const { return !realtime_vcpus.empty(); }
};

} // namespace nova_rt
