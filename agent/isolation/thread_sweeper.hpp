// Finds out which threads are whose, and what the thread knobs want of them.
#pragma once

#include "base/result.hpp"
#include "isolation/change_planner.hpp"
#include "knobs/knob.hpp"
#include "model/finding.hpp"
#include "model/guest_threads.hpp"
#include "model/lease.hpp"

#include <vector>

namespace nova_rt {

struct CheckedThreads {
    GuestThreads threads; ///< vCPUs both sides agree on; the others are in `disputed`
    std::vector<Finding> findings;
};

/// Compares what libvirt says with /proc: the thread is the process's own, is named "CPU n/KVM" or "CPU
/// n/TCG" and is not in another vCPU's, the emulator's or an IOThread's cgroup. NotFound when the process is
/// gone.
[[nodiscard]] Result<CheckedThreads> check_guest_threads(const HostView& view, const GuestThreads& claimed);

/// The observations and findings of all thread knobs for one guest.
struct Sweep {
    std::vector<Observation> observations;
    std::vector<Finding> findings;
};

[[nodiscard]] Result<Sweep> sweep_guest(const HostView& view, const Lease& guest, const HostDemand& demand);

/// What thread knobs still want of the guest, as findings: empty when all is in force.
[[nodiscard]] Result<std::vector<Finding>> thread_findings(const HostView& view, const Lease& guest,
                                                           const HostDemand& demand);

} // namespace nova_rt
