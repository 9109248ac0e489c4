// Where the emulator threads of a guest may run.
#pragma once

#include "base/cpu_set.hpp"
#include "model/judgement.hpp"
#include "model/nova_options.hpp"
#include "model/realtime_request.hpp"
#include "planner/cpu_ledger.hpp"

#include <vector>

namespace nova_rt {

/// nova/virt/libvirt/driver.py, _get_emulatorpin_cpuset over all vCPUs: isolate gives the reserved pCPU,
/// share the online part of cpu_shared_set, otherwise the pCPUs of all vCPUs that are not realtime. Stage
/// "xml".
[[nodiscard]] Judged<CpuSet> emulator_pcpus(const RealtimeRequest& request,
                                            const std::vector<CellPlacement>& placements,
                                            const NovaOptions& options, const CpuSet& online);

} // namespace nova_rt
