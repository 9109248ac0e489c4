#include "model/pinning_plan.hpp"

namespace nova_rt {

std::optional<PcpuId> PinningPlan::pin_of(VcpuId vcpu) const {
    for (const auto& cell : cells) {
        if (const auto pin = cell.pins.find(vcpu); pin != cell.pins.end()) {
            return pin->second;
        }
    }
    return std::nullopt;
}

CpuSet PinningPlan::realtime_pcpus() const {
    CpuSet pcpus;
    for (const unsigned vcpu : realtime_vcpus) {
        if (const auto pcpu = pin_of(VcpuId{vcpu})) {
            pcpus.add(pcpu->value);
        }
    }
    return pcpus;
}

} // namespace nova_rt
