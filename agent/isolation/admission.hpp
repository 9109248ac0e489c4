// Whether a guest may have the pCPUs it is pinned to.
#pragma once

#include "base/result.hpp"
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

/// For a guest whose policy is `required`: Refused when another guest or a PMD thread holds one of its
/// realtime pCPUs, when no housekeeping CPU would be left, or when a realtime vCPU has no pin. The message
/// names the guests, threads and pCPUs.
[[nodiscard]] Status admit(const Lease& guest, const PcpuOwners& owners, const CpuSet& online);

} // namespace nova_rt
