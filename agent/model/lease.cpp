#include "model/lease.hpp"

namespace nova_rt {

bool takes_lease(const GuestDomain& guest) {
    return guest.is_realtime() && guest.policy.mode != IsolationMode::Off;
}

Lease lease_for(const GuestDomain& guest) {
    Lease lease;
    lease.uuid = guest.uuid;
    lease.domain_name = guest.name;
    lease.realtime_pcpus = guest.realtime_pcpus();
    lease.policy = guest.policy;
    lease.vcpu_pins = guest.vcpu_pins;
    lease.vcpu_scheduling = guest.vcpu_scheduling;
    lease.emulator_pins = guest.emulator_pins ? guest.emulator_pins : guest.default_pins;
    for (const auto& [vcpu, pins] : guest.vcpu_pins) {
        lease.other_pcpus |= pins;
    }
    if (guest.emulator_pins) {
        lease.other_pcpus |= *guest.emulator_pins;
    }
    for (const auto& [iothread, pins] : guest.iothread_pins) {
        lease.other_pcpus |= pins;
    }
    lease.other_pcpus -= lease.realtime_pcpus;
    return lease;
}

} // namespace nova_rt
