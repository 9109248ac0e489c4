// The options of nova.conf that change what a flavor becomes on this host.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "base/units.hpp"
#include "model/nova_release.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

struct ReservedPages {
    HostCellId cell;
    KiB size;
    std::uint64_t count = 0;
};

/// Values of nova.conf, with Nova's defaults. Source: nova/conf/{compute,libvirt,base}.py.
struct NovaOptions {
    NovaRelease release = NovaRelease::Zed;  ///< no option: the Nova that has these options
    std::optional<CpuSet> cpu_shared_set;    ///< [compute]cpu_shared_set
    std::optional<CpuSet> cpu_dedicated_set; ///< [compute]cpu_dedicated_set
    std::optional<CpuSet> vcpu_pin_set;      ///< [DEFAULT]vcpu_pin_set, deprecated and alive
    std::vector<ReservedPages> reserved_huge_pages;
    std::int64_t realtime_scheduler_priority = 1; ///< [libvirt], unvalidated by Nova
    std::optional<unsigned> rx_queue_size;
    std::optional<unsigned> tx_queue_size;
    std::optional<unsigned> max_queues;
    std::int64_t mem_stats_period_seconds = 10;
    bool packing_cells = false;          ///< [compute]packing_host_numa_cells_allocation_strategy
    std::int64_t file_backed_memory = 0; ///< [libvirt], MiB; above 0 it excludes page sizes
    std::int64_t reserved_host_cpus = 0; ///< [DEFAULT], excludes the two CPU sets
    std::optional<unsigned> num_pcie_ports;
    std::vector<std::string> cpu_models;
    std::vector<std::string> cpu_model_extra_flags;
    std::string virt_type = "kvm";
    std::string cpu_mode;                             ///< empty: Nova's default for the architecture
    std::map<std::string, std::string> machine_types; ///< [libvirt]hw_machine_type, by architecture
};

/// What a scheduler lets guests without pinning share. Source: nova/objects/numa.py, NUMATopologyLimits.
struct AllocationLimits {
    double cpu_allocation_ratio = 16.0;
    double ram_allocation_ratio = 1.5;
};

} // namespace nova_rt
