// The difference between the host as it is and the host as the leases want it. Pure.
#pragma once

#include "isolation/journal.hpp"
#include "knobs/host_demand.hpp"
#include "model/change.hpp"
#include "model/finding.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nova_rt {

/// Whether two values mean the same; an affinity reads without the CPUs that are offline.
[[nodiscard]] bool same_now(const Setting& setting, const std::string& a, const std::string& b,
                            const HostDemand& demand);

/// What a setting reads right now.
struct Observation {
    Setting setting;
    std::string knob;
    std::optional<std::string> value; ///< none: the setting is gone
    /// What its knob asks for. None, of a thread: nothing new; of a guest's attribute: nothing any more.
    std::optional<std::string> wanted;
    std::optional<DomainUuid> owner;
    ChangePhase phase = ChangePhase::HostWide;
    Criticality criticality = Criticality::Advisory;
};

struct ChangePlan {
    std::vector<Change> changes; ///< in the order in which they are written
    /// The journal's entries once all changes are in force; `written` of a changed setting is still the old.
    std::map<Setting, JournalEntry> entries;
    std::vector<Finding> findings; ///< foreign changes and vanished settings
};

/// Each setting is observed at most once; entries of the journal that are not observed stay as they are.
/// - Host-wide: the knob's desired(baseline, demand).
/// - Of guests' cgroups: the knob's desired(baseline, wanted), the baseline when no guest needs it.
/// - Of a thread whose guest has no lease any more: its baseline.
/// - Of a thread whose guest lives: what is wanted, else what a transition that was cut short was about to
///   write, else what it reads.
/// A value that we did not write is somebody else's: it becomes the baseline, so that undo keeps it.
[[nodiscard]] ChangePlan plan_changes(const Journal& journal, const std::vector<Observation>& observations,
                                      const HostDemand& demand, const std::set<DomainUuid>& live);

} // namespace nova_rt
