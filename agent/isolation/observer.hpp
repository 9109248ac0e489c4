// Reads every setting that a transition may have to change.
#pragma once

#include "base/result.hpp"
#include "isolation/change_planner.hpp"
#include "isolation/journal.hpp"
#include "knobs/knob.hpp"
#include "model/lease.hpp"

#include <map>
#include <set>
#include <vector>

namespace nova_rt {

struct Observed {
    std::vector<Observation> observations; ///< each setting once
    std::vector<Finding> findings;
};

/// What the knobs probe, of all guests' cgroups and of the threads of the guests to sweep, and what else the
/// journal lists.
[[nodiscard]] Result<Observed> observe(const HostView& view, const Journal& journal,
                                       const std::map<DomainUuid, Lease>& leases,
                                       const std::set<DomainUuid>& sweep, const HostDemand& demand);

/// /sys/devices/system/cpu/online.
[[nodiscard]] Result<CpuSet> online_cpus(const HostReader& files);

} // namespace nova_rt
