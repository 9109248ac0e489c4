// Knob: QEMU's helper threads, and the kernel's for this guest, away from realtime pCPUs.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// Every thread of the QEMU process that is no vCPU, and kvm-pit/PID, vhost-PID, kvm-nx-lpage-recovery-PID,
/// as far as it may run on an isolated pCPU: into the domain's emulator cgroup, then SCHED_OTHER, then
/// affinity.
class QemuThreadPlacement final : public ThreadKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<ThreadProbe> probe(const HostView& view, const Lease& guest,
                                            const HostDemand& demand) const override;
};

/// Whether a QEMU thread's name is that of a vCPU: "CPU 3/KVM", "CPU 0/TCG".
[[nodiscard]] bool is_vcpu_name(std::string_view comm);
/// The same for one vCPU.
[[nodiscard]] bool is_vcpu_name(std::string_view comm, VcpuId vcpu);

/// Whether a kernel thread works for the QEMU process.
[[nodiscard]] bool is_guest_helper_name(std::string_view comm, Pid qemu);
/// The same for whatever process.
[[nodiscard]] bool is_helper_name_of_any_guest(std::string_view comm);

} // namespace nova_rt
