// Which pCPU each dedicated vCPU of one guest cell gets on one host cell.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "model/realtime_request.hpp"
#include "planner/cpu_ledger.hpp"
#include "planner/misfit.hpp"

#include <tl/expected.hpp>

#include <map>
#include <optional>
#include <string>

namespace nova_rt {

/// Whether a pCPU for the emulator threads is wanted beside the vCPUs'.
enum class EmulatorReserve { None, OnePcpu };

struct CorePacking {
    std::map<VcpuId, PcpuId> pins;
    std::optional<PcpuId> emulator_pcpu;
};

/// nova/virt/hardware.py, _pack_instance_onto_cores, with cores and CPUs in ascending order. The error says
/// what is missing.
[[nodiscard]] tl::expected<CorePacking, Misfit> pack_onto_cores(const LedgerCell& cell, const CpuSet& vcpus,
                                                                std::optional<CpuThreadPolicy> policy,
                                                                EmulatorReserve reserve);

} // namespace nova_rt
