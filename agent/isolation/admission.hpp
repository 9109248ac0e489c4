// Whether a guest may have the pCPUs it is pinned to.
#pragma once

#include "base/result.hpp"
#include "isolation/host_cpus.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"
#include "model/pmd_thread.hpp"

#include <vector>

namespace nova_rt {

/// Who has pCPUs already.
struct PcpuOwners {
    std::vector<Lease> guests;   ///< may contain the lease of the guest that is asked about
    std::vector<PmdThread> pmds; ///< of user-space switches
};

/// Two guests, or a guest and a PMD thread, on one pCPU; and realtime vCPUs without a pin.
[[nodiscard]] std::vector<Finding> admission_findings(const Lease& guest, const PcpuOwners& owners);

/// For a guest whose policy is `required`: Refused, with guests, threads and pCPUs by name, when
/// - a realtime vCPU has no pin, or a pin that is not online;
/// - another guest or a PMD thread holds one of its realtime pCPUs, or a thread sibling of one;
/// - somebody else's isolated cpuset partition holds one;
/// - no housekeeping CPU would be left, on the machine or on a NUMA node of its realtime pCPUs.
[[nodiscard]] Status admit(const Lease& guest, const PcpuOwners& owners, const HostCpus& host);

} // namespace nova_rt
