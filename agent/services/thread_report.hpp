// A guest's threads as the kernel reports them.
#pragma once

#include "model/finding.hpp"
#include "model/guest_threads.hpp"
#include "model/status.hpp"
#include "ports/thread_control.hpp"
#include "ports/thread_lister.hpp"

#include <vector>

namespace nova_rt {

/// Whom thread facts are asked of.
struct ThreadPorts {
    const ThreadLister& lister;
    const ThreadControl& control;
};

/// The threads of the guest's QEMU process, ascending; empty when it has ended. Cheap: a few system calls for
/// each thread.
[[nodiscard]] std::vector<ThreadStatus> read_process_threads(const ThreadPorts& ports,
                                                             const GuestThreads& guest);

/// Kernel threads that work for the guest (kvm-pit, vhost), ascending. Looks at every kernel thread.
[[nodiscard]] std::vector<ThreadStatus> read_helper_threads(const ThreadPorts& ports,
                                                            const GuestThreads& guest);

/// Findings as they are published.
[[nodiscard]] ReportedFinding to_reported(const Finding& finding);

/// Puts each finding on the thread it is about, or on the guest.
void attach_findings(GuestStatus& guest, const std::vector<Finding>& findings);

} // namespace nova_rt
