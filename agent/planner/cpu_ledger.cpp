#include "planner/cpu_ledger.hpp"

#include "flavor/nova_values.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

tl::unexpected<Refusal> refuse_options(const char* stage, const char* type, std::string message,
                                       std::string key, std::string repair) {
    return fail(Refusal{.stage = stage,
                        .type = type,
                        .message = std::move(message),
                        .key = std::move(key),
                        .provenance = Provenance::Config,
                        .repair = std::move(repair)});
}

Verdict check_cpu_sets(const NovaOptions& options) {
    constexpr const char* kType = "InvalidConfiguration";
    const bool dedicated = options.cpu_dedicated_set.has_value();
    if (options.vcpu_pin_set) {
        if (dedicated) {
            return refuse_options(
                "hostconf", kType,
                "The 'vcpu_pin_set' config option has been deprecated and cannot be defined alongside "
                "'[compute] cpu_dedicated_set'. Unset 'vcpu_pin_set'.",
                "[DEFAULT]vcpu_pin_set", conf_line("DEFAULT", "vcpu_pin_set", "(remove the option)"));
        }
        return {};
    }
    if (!dedicated && !options.cpu_shared_set) {
        return {};
    }
    if (dedicated && options.cpu_shared_set &&
        options.cpu_dedicated_set->intersects(*options.cpu_shared_set)) {
        return refuse_options(
            "hostconf", kType,
            "The '[compute] cpu_dedicated_set' and '[compute] cpu_shared_set' configuration "
            "options must be disjoint.",
            "[compute]cpu_dedicated_set",
            conf_line("compute", "cpu_dedicated_set",
                      (*options.cpu_dedicated_set - *options.cpu_shared_set).to_cpulist()));
    }
    if (options.reserved_host_cpus != 0) {
        return refuse_options(
            "hostconf", kType,
            "The 'reserved_host_cpus' config option cannot be defined alongside the '[compute] "
            "cpu_shared_set' or '[compute] cpu_dedicated_set' options. Unset 'reserved_host_cpus'.",
            "[DEFAULT]reserved_host_cpus", conf_line("DEFAULT", "reserved_host_cpus", "0"));
    }
    return {};
}

tl::unexpected<Refusal> not_online(const CpuSet& online, const CpuSet& configured, const std::string& name,
                                   std::string_view group, std::string_view option) {
    return refuse_options(
        "host", "Invalid",
        "Invalid '" + name +
            "' config: one or more of the configured CPUs is not online. Online cpuset(s): [" +
            online.to_cpulist() + "], configured cpuset(s): [" + configured.to_cpulist() + "]",
        "[" + std::string(group) + "]" + std::string(option),
        conf_line(group, option, (configured & online).to_cpulist()));
}

/// nova/virt/libvirt/driver.py, _get_vcpu_available.
Judged<CpuSet> available_shared(const CpuSet& online, const NovaOptions& options) {
    const auto& set = options.vcpu_pin_set ? options.vcpu_pin_set : options.cpu_shared_set;
    if (!set) {
        return options.cpu_dedicated_set ? CpuSet{} : online;
    }
    if (!set->is_subset_of(online)) {
        return options.vcpu_pin_set
                   ? not_online(online, *set, "vcpu_pin_set", "DEFAULT", "vcpu_pin_set")
                   : not_online(online, *set, "[compute] cpu_shared_set", "compute", "cpu_shared_set");
    }
    return *set;
}

/// nova/virt/libvirt/driver.py, _get_pcpu_available, and what replaces it on hosts that name no dedicated
/// CPUs.
Judged<CpuSet> available_dedicated(const CpuSet& online, const CpuSet& shared, const NovaOptions& options) {
    if (options.cpu_dedicated_set) {
        if (!options.cpu_dedicated_set->is_subset_of(online)) {
            return not_online(online, *options.cpu_dedicated_set, "[compute] cpu_dedicated_set", "compute",
                              "cpu_dedicated_set");
        }
        return *options.cpu_dedicated_set;
    }
    const bool shared_only = options.cpu_shared_set && !options.vcpu_pin_set;
    return shared_only ? CpuSet{} : shared;
}

std::uint64_t reserved_pages(const NovaOptions& options, HostCellId cell, KiB size) {
    std::uint64_t count = 0;
    for (const auto& reserved : options.reserved_huge_pages) {
        if (reserved.cell == cell && reserved.size == size) {
            count = reserved.count; // the last entry wins, as in Nova's dictionary
        }
    }
    return count;
}

LedgerCell make_cell(const HostCell& host, const CpuSet& shared, const CpuSet& dedicated,
                     const NovaOptions& options) {
    LedgerCell cell;
    cell.id = host.id;
    cell.release = options.release;
    cell.shared = host.cpus & shared;
    cell.dedicated = host.cpus & dedicated;
    cell.threads = host.thread_siblings;
    cell.memory = host.memory;
    const CpuSet usable = cell.shared | cell.dedicated;
    for (const CpuSet& core : host.thread_siblings) {
        if (core.intersects(usable)) {
            cell.cores.push_back(core & usable);
        }
    }
    std::ranges::sort(cell.cores, [](const CpuSet& a, const CpuSet& b) { return a.first() < b.first(); });
    cell.page_pools = host.page_pools;
    for (PagePool& pool : cell.page_pools) {
        pool.reserved = reserved_pages(options, host.id, pool.size);
    }
    return cell;
}

void charge_pages(LedgerCell& cell, MiB memory, std::optional<KiB> page_size) {
    if (cell.page_pools.empty()) {
        return;
    }
    const auto smallest = std::ranges::min_element(
        cell.page_pools, [](const auto& a, const auto& b) { return a.size < b.size; });
    const KiB size = page_size.value_or(smallest->size);
    for (PagePool& pool : cell.page_pools) {
        if (pool.size == size) {
            pool.used = (pool.used * size.value + to_kib(memory).value) / size.value;
        }
    }
}

/// What the placement takes of the cell's pCPUs: with isolate, whole cores.
CpuSet taken_pcpus(const LedgerCell& cell, const RealtimeRequest& request, const CellPlacement& placement) {
    CpuSet taken;
    for (const auto& [vcpu, pcpu] : placement.pins) {
        taken.add(pcpu.value);
    }
    if (placement.emulator_pcpu) {
        taken.add(placement.emulator_pcpu->value);
    }
    if (request.thread_policy != CpuThreadPolicy::Isolate) {
        return taken;
    }
    CpuSet cores;
    for (const CpuSet& core : cell.cores) {
        cores |= core.intersects(taken) ? core : CpuSet{};
    }
    return cores;
}

/// Whether the pCPUs are the guests' and free; `claimed` holds what the same plan takes besides.
Verdict check_pins(const LedgerCell& cell, const CpuSet& taken, const CpuSet& claimed) {
    const bool unknown = !taken.is_subset_of(cell.dedicated);
    if (!unknown && !taken.intersects(cell.pinned) && !taken.intersects(claimed)) {
        return {};
    }
    return fail(Refusal{.stage = "post",
                        .type = unknown ? "CPUPinningUnknown" : "CPUPinningInvalid",
                        .message = "CPU set to pin [" + taken.to_cpulist() + "] must be a subset of " +
                                   (unknown ? "known" : "free") + " CPU set [" +
                                   (unknown ? cell.dedicated : cell.free_pcpus() - claimed).to_cpulist() +
                                   "]",
                        .key = "hw:cpu_thread_policy",
                        .provenance = Provenance::Host,
                        .repair = {}});
}

} // namespace

Judged<CpuLedger> CpuLedger::open(const HostTopology& host, const NovaOptions& options) {
    NOVA_RT_TRY(check_cpu_sets(options));
    NOVA_RT_TRY_ASSIGN(shared, available_shared(host.online, options));
    NOVA_RT_TRY_ASSIGN(dedicated, available_dedicated(host.online, shared, options));
    CpuLedger ledger;
    ledger.online_ = host.online;
    for (const HostCell& cell : host.cells) {
        ledger.cells_.push_back(make_cell(cell, shared, dedicated, options));
    }
    return ledger;
}

const LedgerCell* CpuLedger::find(HostCellId id) const {
    const auto found = std::ranges::find_if(cells_, [&](const LedgerCell& cell) { return cell.id == id; });
    return found == cells_.end() ? nullptr : &*found;
}

Verdict CpuLedger::charge(const RealtimeRequest& request, const PinningPlan& plan) {
    CpuSet claimed;
    for (const CellPlacement& placement : plan.cells) {
        const LedgerCell* const cell = find(placement.host_cell);
        if (cell != nullptr && request.cpu_policy != CpuPolicy::Shared) {
            const CpuSet taken = taken_pcpus(*cell, request, placement);
            NOVA_RT_TRY(check_pins(*cell, taken, claimed));
            claimed |= taken;
        }
    }
    for (const CellPlacement& placement : plan.cells) {
        const auto cell = std::ranges::find(cells_, placement.host_cell, &LedgerCell::id);
        if (cell == cells_.end()) {
            continue;
        }
        charge_pages(*cell, placement.memory, placement.page_size);
        cell->memory_used += placement.memory.value;
        cell->vcpus_used += placement.shared_vcpus.size();
        cell->pinned |= cell->dedicated & claimed;
    }
    return {};
}

void CpuLedger::occupy(const CellUsage& usage) {
    const auto cell =
        std::ranges::find_if(cells_, [&](const LedgerCell& each) { return each.id == usage.cell; });
    if (cell == cells_.end()) {
        return;
    }
    charge_pages(*cell, usage.memory, usage.page_size);
    cell->memory_used += usage.memory.value;
    cell->vcpus_used += usage.vcpus;
    cell->pinned |= usage.pcpus & cell->dedicated;
}

void CpuLedger::restore(const RecordedUsage& usage) {
    for (LedgerCell& cell : cells_) {
        if (cell.id != usage.cell) {
            continue;
        }
        cell.pinned |= usage.pinned & cell.dedicated;
        cell.vcpus_used += usage.vcpus;
        cell.memory_used += usage.memory.value;
        for (const UsedPages& pages : usage.pages) {
            const auto pool = std::ranges::find(cell.page_pools, pages.size, &PagePool::size);
            if (pool != cell.page_pools.end()) {
                pool->used += pages.used;
            }
        }
    }
}

} // namespace nova_rt
