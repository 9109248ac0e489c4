// What a flavor and image mean after Nova's rules have judged them: the planner's input.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "base/units.hpp"
#include "model/firmware.hpp"

#include <cstdint>
#include <map>
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

/// What the guest's sockets, cores and threads should be, and what they may be at most; 0: no wish.
struct CpuTopologyWish {
    GuestCpuTopology preferred{.sockets = 0, .cores = 0, .threads = 0};
    GuestCpuTopology maximum{.sockets = 65536, .cores = 65536, .threads = 65536};
};

/// quota:cpu_shares, cpu_period, cpu_quota: copied to <cputune> as they are.
struct CpuQuota {
    std::optional<std::int64_t> shares;
    std::optional<std::int64_t> period; ///< microseconds
    std::optional<std::int64_t> quota;  ///< microseconds per period, negative: unlimited
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
    std::optional<std::string> watchdog_action; ///< pause, poweroff, reset, none; absent: no watchdog device
    CpuTopologyWish topology_wish;
    std::optional<GuestCpuTopology> cpu_topology; ///< chosen from the wish when the guest is built
    CpuQuota cpu_quota;
    std::map<std::string, std::int64_t>
        disk_quota; ///< quota:disk_*, key without the namespace: "disk_read_bytes_sec"
    std::map<std::string, std::int64_t> vif_quota; ///< quota:vif_{in,out}bound_*: "vif_inbound_average"
    std::int64_t serial_ports = 1;
    std::optional<std::string> machine_type; ///< hw_machine_type, image only
    std::optional<bool> hpet;                ///< hw_time_hpet, image only
    std::optional<std::string> maxphysaddr_mode;
    std::optional<std::int64_t> maxphysaddr_bits;
    bool memory_encryption = false;
    std::optional<std::string> viommu_model; ///< intel, smmuv3, virtio
    std::optional<GuestFirmware> firmware;   ///< none: the machine's own BIOS

    [[nodiscard]] bool is_realtime() const { return !realtime_vcpus.empty(); }
};

} // namespace nova_rt
