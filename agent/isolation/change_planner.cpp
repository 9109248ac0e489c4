#include "isolation/change_planner.hpp"

#include "isolation/change_order.hpp"
#include "knobs/knob_registry.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nova_rt {

namespace {

/// A transition that was cut short may have left some of its partitions made and others not: any of their
/// CPUs may be out of the kernel threads' reach.
HostDemand in_between(const Journal& journal, HostDemand demand) {
    for (const auto& change : journal.intent) {
        if (change.phase != ChangePhase::Withdraw && change.phase != ChangePhase::Exclusive) {
            continue;
        }
        for (const auto& text : {change.before, change.after}) {
            demand.housekeeping -= CpuSet::from_cpulist(text).value_or(CpuSet{});
        }
    }
    return demand;
}

/// Whether the host reads something that came from us: what we wrote, or, after a crash in the middle of a
/// transition, what we were about to write or to replace. What the kernel did by itself counts as ours.
bool is_ours(const Journal& journal, const Observation& seen, const JournalEntry& entry,
             const HostDemand& demand) {
    const Setting& setting = seen.setting;
    const std::string& value = *seen.value;
    for (const auto& change : journal.intent) {
        if (change.setting == setting && (same_now(setting, change.before, value, demand) ||
                                          same_now(setting, change.after, value, demand))) {
            return true;
        }
    }
    const HostKnob* const knob = find_host_knob(seen.knob);
    return same_now(setting, entry.written.value_or(entry.baseline), value, demand) ||
           (knob != nullptr && knob->written_by_kernel(setting, value, in_between(journal, demand)));
}

/// Whether an entry stays in the journal although the setting reads its baseline.
bool remembers(const Observation& seen, const std::string& baseline, const HostDemand& demand) {
    const HostKnob* const knob = find_host_knob(seen.knob);
    return knob != nullptr && knob->remembers(seen.setting, baseline, demand);
}

/// What a transition that was cut short was about to write; else what the host reads.
std::string unfinished(const Journal& journal, const Observation& seen) {
    for (const auto& change : journal.intent) {
        if (change.setting == seen.setting && same_value(seen.setting, change.before, *seen.value)) {
            return change.after;
        }
    }
    return *seen.value;
}

std::string desired_value(const Journal& journal, const Observation& seen, const std::string& baseline,
                          const HostDemand& demand, const std::set<DomainUuid>& live) {
    if (const HostKnob* const knob = find_host_knob(seen.knob)) {
        return knob->desired(seen.setting, baseline, demand);
    }
    if (seen.setting.is_thread_setting()) {
        const bool owner_lives = seen.owner && live.contains(*seen.owner);
        return owner_lives ? seen.wanted.value_or(unfinished(journal, seen)) : baseline;
    }
    if (const GuestKnob* const knob = find_guest_knob(seen.knob)) {
        return seen.wanted ? knob->desired(seen.setting, baseline, *seen.wanted) : baseline;
    }
    return live.empty() ? baseline : *seen.value; // written by another version of the product
}

Change change_of(const Observation& seen, const std::string& before, const std::string& after) {
    const GuestKnob* const knob = find_guest_knob(seen.knob);
    return Change{.setting = seen.setting,
                  .knob = seen.knob,
                  .before = before,
                  .after = after,
                  .phase = knob != nullptr ? knob->phase(seen.setting, before, after) : seen.phase,
                  .criticality = seen.criticality,
                  .owner = seen.owner};
}

Finding foreign_change(const Setting& setting, const JournalEntry& entry, const std::string& value) {
    return Finding{.kind = FindingKind::ForeignChange,
                   .subject = describe(setting),
                   .text = describe(setting) + " reads " + value + ", we had written " +
                           entry.written.value_or(entry.baseline) +
                           ": somebody else's value, kept when isolation ends",
                   .guest = entry.owner};
}

class Planner {
public:
    Planner(const Journal& journal, const HostDemand& demand, const std::set<DomainUuid>& live)
        : journal_(journal), demand_(demand), live_(live) {
        plan_.entries = journal.entries;
    }

    void add(const Observation& seen) {
        const auto found = journal_.entries.find(seen.setting);
        const JournalEntry* const entry = found == journal_.entries.end() ? nullptr : &found->second;
        plan_.entries.erase(seen.setting);
        if (!seen.value) {
            add_gone(seen, entry);
            return;
        }
        std::string baseline = entry != nullptr ? entry->baseline : baseline_of_new(seen);
        if (entry != nullptr && !is_ours(journal_, seen, *entry, demand_)) {
            plan_.findings.push_back(foreign_change(seen.setting, *entry, *seen.value));
            baseline = *seen.value;
        }
        const std::string desired = desired_value(journal_, seen, baseline, demand_, live_);
        const bool narrowed = !same_value(seen.setting, baseline, desired);
        const bool kept = narrowed || remembers(seen, baseline, demand_);
        // Giving back counts the CPUs that are offline now and were not then.
        const bool differs = kept || entry == nullptr ? !is_met(seen, desired)
                                                      : !same_value(seen.setting, *seen.value, desired);
        if (differs) {
            add_change(seen, desired);
        }
        if (kept) {
            plan_.entries.emplace(seen.setting, JournalEntry{.knob = seen.knob,
                                                             .baseline = std::move(baseline),
                                                             .written = written_so_far(seen, entry, differs),
                                                             .owner = seen.owner});
        }
    }

    /// Moving a thread to another cgroup makes the kernel recompute its affinity.
    void rewrite_after_moves(const std::vector<Observation>& observations) {
        std::set<ThreadIdentity> moved;
        for (const auto& change : plan_.changes) {
            if (change.setting.kind == SettingKind::CgroupMembership) {
                moved.insert(change.setting.thread);
            }
        }
        for (const auto& seen : observations) {
            const bool affected = seen.setting.kind == SettingKind::ThreadAffinity && seen.value &&
                                  moved.contains(seen.setting.thread);
            if (affected && !is_planned(seen.setting)) {
                add_change(seen, *seen.value);
            }
        }
    }

    /// A partition that comes or goes makes the kernel give every kernel thread one and the same affinity.
    void rewrite_after_partitions(const std::vector<Observation>& observations) {
        std::set<Setting> planned;
        bool moved = false;
        for (const auto& change : plan_.changes) {
            planned.insert(change.setting);
            moved = moved || change.phase == ChangePhase::Dissolve || change.phase == ChangePhase::Partition;
        }
        for (const auto& seen : moved ? observations : std::vector<Observation>{}) {
            const bool remembered =
                plan_.entries.contains(seen.setting) || journal_.entries.contains(seen.setting);
            if (seen.phase == ChangePhase::Aftermath && seen.value && remembered &&
                !planned.contains(seen.setting)) {
                add_change(seen, *seen.value); // it reads what it shall read
            }
        }
    }

    /// A setting that rests on one which is about to change goes back to its baseline meanwhile.
    void redo_dependents(const std::vector<Observation>& observations) {
        std::vector<Change> redone;
        for (const auto& seen : observations) {
            const GuestKnob* const knob = find_guest_knob(seen.knob);
            const auto entry = plan_.entries.find(seen.setting);
            if (knob == nullptr || entry == plan_.entries.end() || is_planned(seen.setting)) {
                continue;
            }
            const bool disturbed = std::ranges::any_of(plan_.changes, [&](const Change& change) {
                return knob->rests_on(seen.setting, change.setting);
            });
            if (disturbed) {
                const std::string& baseline = entry->second.baseline;
                redone.push_back(change_of(seen, *seen.value, baseline));
                redone.push_back(change_of(seen, baseline, *seen.value));
            }
        }
        std::ranges::move(redone, std::back_inserter(plan_.changes));
    }

    [[nodiscard]] ChangePlan take() {
        std::ranges::stable_sort(plan_.changes, comes_first);
        return std::move(plan_);
    }

private:
    [[nodiscard]] bool is_planned(const Setting& setting) const {
        return std::ranges::any_of(plan_.changes,
                                   [&](const Change& change) { return change.setting == setting; });
    }

    /// What a setting that is not in the journal reads without us: what it reads, unless it was born from an
    /// attribute that we had changed.
    [[nodiscard]] std::string baseline_of_new(const Observation& seen) const {
        const HostKnob* const knob = find_host_knob(seen.knob);
        const auto origin = knob != nullptr ? knob->born_from() : std::nullopt;
        const auto entry = origin ? journal_.entries.find(*origin) : journal_.entries.end();
        // Without admitted guests the journal does not know which interrupts were there before.
        if (journal_.admitted.empty() || entry == journal_.entries.end() || !entry->second.written) {
            return *seen.value;
        }
        const auto written = CpuSet::from_mask(*entry->second.written);
        const auto wide = CpuSet::from_mask(entry->second.baseline);
        const auto value = CpuSet::from_cpulist(*seen.value);
        const bool inherited = written && wide && value && value->size() > 1 && *value == *written;
        return inherited ? wide->to_cpulist() : *seen.value;
    }

    [[nodiscard]] bool is_met(const Observation& seen, const std::string& desired) const {
        return seen.setting.kind == SettingKind::ThreadAffinity
                   ? same_now(seen.setting, *seen.value, desired, demand_)
                   : same_value(seen.setting, *seen.value, desired);
    }

    /// What we wrote last, or what somebody else did meanwhile. An affinity reads without the CPUs that are
    /// offline: as far as it reads like one that we know, it is that one.
    [[nodiscard]] std::optional<std::string> written_so_far(const Observation& seen,
                                                            const JournalEntry* entry, bool differs) const {
        if (entry == nullptr) {
            return differs ? std::nullopt : seen.value;
        }
        if (seen.setting.kind != SettingKind::ThreadAffinity) {
            return seen.value;
        }
        const auto is_now = [&](const std::string& value) {
            return same_now(seen.setting, value, *seen.value, demand_);
        };
        for (const auto& change : journal_.intent) { // of a transition that was cut short
            if (change.setting == seen.setting && is_now(change.after)) {
                return change.after;
            }
        }
        return entry->written && is_now(*entry->written) ? entry->written : seen.value;
    }

    void add_gone(const Observation& seen, const JournalEntry* entry) {
        if (entry != nullptr && !seen.setting.is_thread_setting()) {
            plan_.findings.push_back({.kind = FindingKind::Gone,
                                      .severity = Finding::Severity::Info,
                                      .subject = describe(seen.setting),
                                      .text = describe(seen.setting) + " no longer exists",
                                      .guest = {}});
        }
    }

    void add_change(const Observation& seen, const std::string& desired) {
        plan_.changes.push_back(change_of(seen, *seen.value, desired));
    }

    const Journal& journal_;
    const HostDemand& demand_;
    const std::set<DomainUuid>& live_;
    ChangePlan plan_;
};

} // namespace

bool same_now(const Setting& setting, const std::string& a, const std::string& b, const HostDemand& demand) {
    if (same_write(setting, a, b) || setting.kind != SettingKind::ThreadAffinity) {
        return same_write(setting, a, b);
    }
    const auto left = CpuSet::from_cpulist(a);
    const auto right = CpuSet::from_cpulist(b);
    return left && right && (*left & demand.online) == (*right & demand.online);
}

ChangePlan plan_changes(const Journal& journal, const std::vector<Observation>& observations,
                        const HostDemand& demand, const std::set<DomainUuid>& live) {
    Planner planner(journal, demand, live);
    for (const auto& seen : observations) {
        planner.add(seen);
    }
    planner.rewrite_after_moves(observations);
    planner.redo_dependents(observations);
    planner.rewrite_after_partitions(observations);
    return planner.take();
}

} // namespace nova_rt
