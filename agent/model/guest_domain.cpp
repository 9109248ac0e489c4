#include "model/guest_domain.hpp"

namespace nova_rt {

CpuSet GuestDomain::realtime_vcpus() const {
    CpuSet vcpus;
    for (const auto& [vcpu, scheduling] : vcpu_scheduling) {
        if (scheduling.policy == SchedulingPolicy::Fifo ||
            scheduling.policy == SchedulingPolicy::RoundRobin) {
            vcpus.add(vcpu.value);
        }
    }
    return vcpus;
}

CpuSet GuestDomain::realtime_pcpus() const {
    CpuSet pcpus;
    for (const unsigned vcpu : realtime_vcpus()) {
        if (const auto pin = vcpu_pins.find(VcpuId{vcpu}); pin != vcpu_pins.end()) {
            pcpus |= pin->second;
        }
    }
    return pcpus;
}

} // namespace nova_rt
