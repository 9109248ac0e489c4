// Who uses what of a host: the CPUs, memory and pages that Nova's options leave to guests, and what is taken.
#pragma once

#include "base/cpu_set.hpp"
#include "model/host_topology.hpp"
#include "model/judgement.hpp"
#include "model/nova_options.hpp"
#include "model/realtime_request.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace nova_rt {

/// One host NUMA cell as Nova accounts for it. Source: nova/objects/numa.py, NUMACell.
struct LedgerCell {
    HostCellId id;
    NovaRelease release = NovaRelease::Zed; ///< whose rules decide what fits
    CpuSet shared;                          ///< where vCPUs without a pCPU of their own float ("cpuset")
    CpuSet dedicated;                       ///< what may be pinned ("pcpuset")
    CpuSet pinned;                          ///< the part of `dedicated` that is taken
    std::vector<CpuSet> cores;              ///< thread siblings within shared and dedicated, lowest CPU first
    std::vector<CpuSet> threads;            ///< all thread siblings, for warnings
    MiB memory;
    std::uint64_t memory_used = 0; ///< MiB
    std::uint64_t vcpus_used = 0;  ///< floating vCPUs
    std::vector<PagePool> page_pools;

    [[nodiscard]] CpuSet free_pcpus() const { return dedicated - pinned; }

    /// MiB; negative when guests without pinning overcommit.
    [[nodiscard]] std::int64_t available_memory() const {
        return static_cast<std::int64_t>(memory.value) - static_cast<std::int64_t>(memory_used);
    }
};

/// What a guest holds of one host cell.
struct CellUsage {
    HostCellId cell;
    CpuSet pcpus; ///< for itself alone
    MiB memory;
    std::optional<KiB> page_size; ///< none: the smallest pages
    std::uint64_t vcpus = 0;      ///< floating
};

/// Pages of one size that are in use.
struct UsedPages {
    KiB size;
    std::uint64_t used = 0;
};

/// What Nova has on record as used of one host cell.
struct RecordedUsage {
    HostCellId cell;
    CpuSet pinned;
    std::uint64_t vcpus = 0; ///< floating
    MiB memory;
    std::vector<UsedPages> pages;
};

/// The cells of one host. A value: planning never changes it, charging a plan to it gives a later state.
class CpuLedger {
public:
    /// An empty host under Nova's options: nova/virt/libvirt/driver.py, _check_cpu_set_configuration (stage
    /// "hostconf") and _get_host_numa_topology (stage "host").
    [[nodiscard]] static Judged<CpuLedger> open(const HostTopology& host, const NovaOptions& options);

    [[nodiscard]] const std::vector<LedgerCell>& cells() const { return cells_; }

    [[nodiscard]] const CpuSet& online() const { return online_; }

    [[nodiscard]] const LedgerCell* find(HostCellId id) const;

    /// Takes what a plan uses. Source: nova/virt/hardware.py, numa_usage_from_instance_numa. Stage "post":
    /// with hw:cpu_thread_policy=isolate whole cores are taken, the emulator's too, and that one may be in
    /// use in part (CPUPinningInvalid); the ledger is unchanged then.
    [[nodiscard]] Verdict charge(const RealtimeRequest& request, const PinningPlan& plan);

    /// Takes what a guest holds that nobody asks whether it fits. pCPUs outside the cell's dedicated ones,
    /// and a cell or page size the host does not have, are passed over.
    void occupy(const CellUsage& usage);

    /// Adds a record as it stands: its memory and its pages are independent of each other. What the host
    /// does not have is passed over.
    void restore(const RecordedUsage& usage);

private:
    std::vector<LedgerCell> cells_;
    CpuSet online_;
};

} // namespace nova_rt
