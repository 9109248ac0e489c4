#include "planner/placement_faults.hpp"

#include "planner/emulator_placement.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace nova_rt {

namespace {

CpuSet siblings_of(const LedgerCell& host, unsigned pcpu) {
    for (const CpuSet& core : host.threads) {
        if (core.contains(pcpu)) {
            return core - CpuSet{pcpu};
        }
    }
    return {};
}

CpuSet pinned_pcpus(const PinningPlan& plan) {
    CpuSet cpus;
    for (const CellPlacement& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            cpus.add(pcpu.value);
        }
    }
    return cpus;
}

/// Whether nobody but the guest can run on the core.
bool is_whole(const LedgerCell& host, const CpuSet& core) {
    return core.is_subset_of(host.free_pcpus()) && !core.intersects(host.shared - host.dedicated);
}

/// One cell's vCPUs: realtime ones fill whole cores, the others take what is left, cores that are not whole
/// first.
std::optional<CellPlacement> repack_cell(const RealtimeRequest& request, const LedgerCell& host,
                                         CellPlacement placement) {
    std::vector<unsigned> whole;
    CpuSet left = host.free_pcpus();
    for (const CpuSet& core : host.threads) {
        if (is_whole(host, core)) {
            whole.insert(whole.end(), core.begin(), core.end());
            left -= core;
        }
    }
    std::size_t used = 0;
    std::vector<PcpuId*> others;
    unsigned last_realtime = 0;
    for (auto& [vcpu, pcpu] : placement.pins) {
        if (!request.realtime_vcpus.contains(vcpu.value)) {
            others.push_back(&pcpu);
            continue;
        }
        if (used == whole.size()) {
            return std::nullopt;
        }
        last_realtime = whole[used];
        pcpu = PcpuId{whole[used++]};
    }
    if (placement.emulator_pcpu) {
        others.push_back(&*placement.emulator_pcpu);
    }
    std::vector<unsigned> rest(left.begin(), left.end());
    for (; used < whole.size(); ++used) {
        if (!siblings_of(host, last_realtime).contains(whole[used])) {
            rest.push_back(whole[used]);
        }
    }
    if (rest.size() < others.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < others.size(); ++i) {
        *others[i] = PcpuId{rest[i]};
    }
    return placement;
}

} // namespace

PlacementFaults faults_of(const CpuLedger& before, const PinningPlan& plan) {
    PlacementFaults faults;
    const CpuSet realtime = plan.realtime_pcpus();
    const CpuSet housekeeping = pinned_pcpus(plan) - realtime;
    for (const CellPlacement& cell : plan.cells) {
        const LedgerCell* const host = before.find(cell.host_cell);
        if (host == nullptr) {
            continue;
        }
        for (const auto& [vcpu, pcpu] : cell.pins) {
            if (!plan.realtime_vcpus.contains(vcpu.value)) {
                continue;
            }
            const CpuSet siblings = siblings_of(*host, pcpu.value) - realtime;
            faults.emulator += siblings.intersects(plan.emulator_pcpus) ? 1U : 0U;
            faults.housekeeping += siblings.intersects(housekeeping) ? 1U : 0U;
            faults.foreign += siblings.intersects(host->pinned) ? 1U : 0U;
            faults.floating += siblings.intersects(host->shared - host->dedicated) ? 1U : 0U;
        }
    }
    faults.extra_cells = plan.cells.empty() ? 0U : static_cast<unsigned>(plan.cells.size() - 1);
    return faults;
}

std::optional<PinningPlan> repacked(const RealtimeRequest& request, const CpuLedger& before,
                                    const NovaOptions& options, const PinningPlan& plan) {
    PinningPlan better = plan;
    better.reasons.clear();
    for (CellPlacement& cell : better.cells) {
        const LedgerCell* const host = before.find(cell.host_cell);
        auto placed = host == nullptr ? std::nullopt : repack_cell(request, *host, cell);
        if (!placed) {
            return std::nullopt;
        }
        cell = *std::move(placed);
    }
    auto emulator = emulator_pcpus(request, better.cells, options, before.online());
    if (!emulator) {
        return std::nullopt;
    }
    better.emulator_pcpus = *std::move(emulator);
    return better;
}

} // namespace nova_rt
