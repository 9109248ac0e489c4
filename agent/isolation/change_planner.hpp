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

/// What a setting reads right now.
struct Observation {
    Setting setting;
    std::string knob;
    std::optional<std::string> value;  ///< none: the setting is gone
    std::optional<std::string> wanted; ///< thread settings: what its knob asks for; none: nothing new
    std::optional<DomainUuid> owner;
    ChangePhase phase = ChangePhase::HostWide;
    Criticality criticality = Criticality::Advisory;
};

struct ChangePlan {
    std::vector<Change> changes; ///< by phase
    /// The journal's entries once all changes are in force; `written` of a changed setting is still the old.
    std::map<Setting, JournalEntry> entries;
    std::vector<Finding> findings; ///< foreign changes and vanished settings
};

/// Each setting is observed at most once; entries of the journal that are not observed stay as they are.
/// - Host-wide: the knob's desired(baseline, demand).
/// - Of a thread whose guest has no lease any more: its baseline.
/// - Of a thread whose guest lives: what is wanted, else what a transition that was cut short was about to
///   write, else what it reads.
/// A value that we did not write is somebody else's: it becomes the baseline, so that undo keeps it.
[[nodiscard]] ChangePlan plan_changes(const Journal& journal, const std::vector<Observation>& observations,
                                      const HostDemand& demand, const std::set<DomainUuid>& live);

} // namespace nova_rt
