#include "planner/emulator_placement.hpp"

#include "flavor/nova_values.hpp"

namespace nova_rt {

namespace {

CpuSet reserved_pcpus(const std::vector<CellPlacement>& placements) {
    CpuSet cpus;
    for (const CellPlacement& cell : placements) {
        if (cell.emulator_pcpu) {
            cpus.add(cell.emulator_pcpu->value);
        }
    }
    return cpus;
}

/// Where vCPUs that are not realtime run.
CpuSet housekeeping_pcpus(const RealtimeRequest& request, const std::vector<CellPlacement>& placements) {
    CpuSet cpus;
    for (const CellPlacement& cell : placements) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            if (!request.realtime_vcpus.contains(vcpu.value)) {
                cpus.add(pcpu.value);
            }
        }
        if (!(cell.shared_vcpus - request.realtime_vcpus).empty()) {
            cpus |= cell.float_pcpus;
        }
    }
    return cpus;
}

} // namespace

Judged<CpuSet> emulator_pcpus(const RealtimeRequest& request, const std::vector<CellPlacement>& placements,
                              const NovaOptions& options, const CpuSet& online) {
    if (request.emulator_threads_policy == EmulatorThreadsPolicy::Isolate) {
        return reserved_pcpus(placements);
    }
    if (request.emulator_threads_policy != EmulatorThreadsPolicy::Share || !options.cpu_shared_set) {
        return housekeeping_pcpus(request, placements);
    }
    CpuSet shared = *options.cpu_shared_set & online;
    if (shared.empty()) {
        return fail(
            Refusal{.stage = "xml",
                    .type = "Invalid",
                    .message = "Invalid cpu_shared_set config, one or more of the specified cpuset is "
                               "not online. Online cpuset(s): [" +
                               online.to_cpulist() + "], requested cpuset(s): [" +
                               options.cpu_shared_set->to_cpulist() + "]",
                    .key = "[compute]cpu_shared_set",
                    .provenance = Provenance::Config,
                    .repair = conf_line("compute", "cpu_shared_set",
                                        "CPUs that are online, like " + online.to_cpulist())});
    }
    return shared;
}

} // namespace nova_rt
