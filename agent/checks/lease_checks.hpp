// What the leases themselves tell about the node.
#pragma once

#include "base/cpu_set.hpp"
#include "checks/check_result.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"
#include "model/pmd_thread.hpp"

#include <vector>

namespace nova_rt {

/// "collision": no realtime pCPU is claimed by a second guest or polled by a switch. One result per pair that
/// collides, one Pass otherwise.
[[nodiscard]] std::vector<CheckResult> check_collisions(const std::vector<Lease>& leases,
                                                        const std::vector<PmdThread>& pmds);

/// "housekeeping": at least one online pCPU is outside every lease, and one of those carries no PMD thread.
[[nodiscard]] CheckResult check_housekeeping(const std::vector<Lease>& leases, const CpuSet& online,
                                             const std::vector<PmdThread>& pmds);

/// "isolation": the guest has the grade its policy asks for; the findings say what is missing.
[[nodiscard]] CheckResult check_isolation(const Lease& lease, const Verification& verification);

} // namespace nova_rt
