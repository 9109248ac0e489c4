// What all live leases together ask of the host.
#pragma once

#include "base/cpu_set.hpp"

namespace nova_rt {

/// housekeeping = online - isolated and is never empty on a machine with an online CPU.
struct HostDemand {
    CpuSet online;
    CpuSet isolated; ///< pCPUs that must be quiet
    CpuSet housekeeping;

    /// What a mask becomes that reads `baseline` without us: without the isolated pCPUs, and the housekeeping
    /// CPUs when no online CPU would be left. An untouched mask is returned as it is.
    [[nodiscard]] CpuSet narrowed(const CpuSet& baseline) const {
        if (!baseline.intersects(isolated)) {
            return baseline;
        }
        const CpuSet rest = baseline - isolated;
        return rest.intersects(online) ? rest : housekeeping;
    }
};

} // namespace nova_rt
