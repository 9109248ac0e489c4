// What user-space switches do to the node's pCPUs.
#pragma once

#include "checks/check_result.hpp"
#include "model/pmd_thread.hpp"
#include "model/status.hpp"

#include <vector>

namespace nova_rt {

/// "pmd": the PMD threads' pCPUs are in none of Nova's sets. Names the threads either way.
[[nodiscard]] CheckResult check_pmd_threads(const std::vector<PmdThread>& pmds, const NovaCpuSets& nova);

} // namespace nova_rt
