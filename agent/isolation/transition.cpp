#include "isolation/transition.hpp"

#include "isolation/change_planner.hpp"
#include "isolation/observer.hpp"
#include "isolation/reconciler.hpp"
#include "isolation/thread_census.hpp"

#include <algorithm>
#include <utility>

namespace nova_rt {

namespace {

FindingKind kind_of(WriteOutcome outcome) {
    switch (outcome) {
    case WriteOutcome::Immovable:
        return FindingKind::Immovable;
    case WriteOutcome::Busy:
        return FindingKind::Pending;
    case WriteOutcome::Gone:
        return FindingKind::Gone;
    case WriteOutcome::NotInForce:
        return FindingKind::NotInForce;
    case WriteOutcome::InForce:
    case WriteOutcome::Failed:
        break;
    }
    return FindingKind::WriteFailed;
}

Finding finding_of(const WriteResult& result) {
    const bool busy = result.outcome == WriteOutcome::Busy;
    const bool ordinary =
        busy || result.outcome == WriteOutcome::Immovable || result.outcome == WriteOutcome::Gone;
    return Finding{.kind = kind_of(result.outcome),
                   .severity = ordinary ? Finding::Severity::Info : Finding::Severity::Error,
                   .subject = describe(result.change.setting),
                   .text = result.cause + (busy ? ": refused for now, tried again later" : ""),
                   .guest = result.change.owner};
}

/// Whether a value of an attribute lets work onto these pCPUs; a value that is no CPU set might.
bool touches(const Setting& setting, const std::string& value, const CpuSet& pcpus) {
    const auto cpus =
        setting.format == ValueFormat::CpuMask ? CpuSet::from_mask(value) : CpuSet::from_cpulist(value);
    return !cpus || cpus->intersects(pcpus);
}

/// A failure that a `required` guest must not be started with.
bool concerns(const WriteResult& result, const Lease& guest) {
    const bool failed = result.outcome == WriteOutcome::Failed || result.outcome == WriteOutcome::NotInForce;
    if (!failed || result.change.criticality != Criticality::Critical) {
        return false;
    }
    const Setting& setting = result.change.setting;
    return setting.is_thread_setting() ? result.change.owner == guest.uuid
                                       : touches(setting, result.seen, guest.realtime_pcpus);
}

/// What the setting has now. An affinity reads without the CPUs that are offline: it has them again when they
/// are back.
const std::string& held_value(const WriteResult& result, const HostDemand& demand) {
    const Change& change = result.change;
    if (change.setting.kind != SettingKind::ThreadAffinity) {
        return result.seen;
    }
    if (result.outcome == WriteOutcome::InForce) {
        return change.after;
    }
    return same_now(change.setting, change.before, result.seen, demand) ? change.before : result.seen;
}

/// The entry a setting needs after a write that did not do what was planned; none when it is at its baseline.
std::optional<JournalEntry> entry_after(const WriteResult& result, const Journal& before,
                                        const ChangePlan& plan, const HostDemand& demand) {
    const Setting& setting = result.change.setting;
    const auto planned = plan.entries.find(setting);
    const auto old = before.entries.find(setting);
    const bool given_back = planned == plan.entries.end() &&
                            (old == before.entries.end() || result.outcome == WriteOutcome::InForce);
    if (given_back) {
        return std::nullopt;
    }
    JournalEntry entry = planned != plan.entries.end() ? planned->second : old->second;
    const std::string& held = held_value(result, demand);
    const bool as_before =
        result.outcome != WriteOutcome::InForce && same_value(setting, entry.baseline, held);
    if (result.outcome == WriteOutcome::Gone || as_before) {
        return std::nullopt;
    }
    entry.written = held;
    return entry;
}

void record(const std::vector<WriteResult>& results, const Journal& before, const ChangePlan& plan,
            const HostDemand& demand, std::map<Setting, JournalEntry>& entries) {
    for (const auto& result : results) {
        const auto entry = entry_after(result, before, plan, demand);
        if (entry) {
            entries.insert_or_assign(result.change.setting, *entry);
        } else {
            entries.erase(result.change.setting);
        }
    }
}

std::set<DomainUuid> guests_of(const TransitionRequest& request) {
    std::set<DomainUuid> guests;
    for (const auto& [guest, lease] : request.leases) {
        guests.insert(guest);
    }
    return guests;
}

/// Whether every change puts a setting back to the baseline that the stored journal already has.
bool only_gives_back(const ChangePlan& plan, const Journal& journal) {
    return std::ranges::all_of(plan.changes, [&](const Change& change) {
        const auto entry = journal.entries.find(change.setting);
        return entry != journal.entries.end() &&
               same_value(change.setting, entry->second.baseline, change.after);
    });
}

Finding not_written(const Error& error) {
    return Finding{.kind = FindingKind::StateNotWritten,
                   .severity = Finding::Severity::Error,
                   .subject = "journal",
                   .text = error.message(),
                   .guest = {}};
}

} // namespace

Result<Transition::Draft> Transition::draft(const TransitionRequest& request) const {
    Draft draft;
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_journal());
    draft.loaded = std::move(loaded);
    std::vector<Lease> leases;
    for (const auto& [guest, lease] : request.leases) {
        leases.push_back(lease);
    }
    const ThreadCensus census(ports_.lister);
    const HostView view{.files = ports_.reader, .threads = ports_.threads, .lister = census};
    NOVA_RT_TRY_ASSIGN(online, online_cpus(ports_.reader));
    draft.demand = demand_of(leases, online);
    draft.findings = draft.loaded.findings;
    NOVA_RT_TRY_ASSIGN(observed,
                       observe(view, draft.loaded.journal, request.leases, request.sweep, draft.demand));
    std::ranges::move(observed.findings, std::back_inserter(draft.findings));
    const auto live = guests_of(request);
    draft.plan = plan_changes(draft.loaded.journal, observed.observations, draft.demand, live);
    std::ranges::copy(draft.plan.findings, std::back_inserter(draft.findings));
    std::ranges::move(housekeeping_findings(leases, draft.demand), std::back_inserter(draft.findings));
    if (draft.loaded.journal.admitted == live && request.known_immovable == KnownImmovable::Skip) {
        std::erase_if(draft.plan.changes, [&](const Change& change) {
            return draft.loaded.journal.immovable.contains(change.setting);
        });
    }
    return draft;
}

Result<TransitionReport> Transition::preview(const TransitionRequest& request) const {
    NOVA_RT_TRY_ASSIGN(draft, this->draft(request));
    return TransitionReport{.changes = std::move(draft.plan.changes), .findings = std::move(draft.findings)};
}

Status Transition::write_intent(const Draft& draft) {
    NOVA_RT_TRY(repository_.discard_unusable(draft.loaded));
    Journal intent = draft.loaded.journal;
    for (const auto& [setting, entry] : draft.plan.entries) {
        intent.entries.insert_or_assign(setting, entry);
    }
    intent.intent = draft.plan.changes;
    return repository_.store_journal(intent);
}

Result<TransitionReport> Transition::run(const TransitionRequest& request) {
    NOVA_RT_TRY_ASSIGN(draft, this->draft(request));
    TransitionReport report{.changes = {}, .findings = draft.findings};
    if (!draft.plan.changes.empty()) {
        if (const Status stored = write_intent(draft); !stored) {
            if (!only_gives_back(draft.plan, draft.loaded.journal)) {
                return fail(stored.error().with_context("nothing was changed"));
            }
            // The stored journal already has every baseline: giving back is safe without a new intent.
            report.findings.push_back(not_written(stored.error()));
        }
    }
    const Lease* const guest = request.veto ? &request.leases.at(*request.veto) : nullptr;
    const auto vetoes = [&](const WriteResult& result) {
        return guest != nullptr && concerns(result, *guest);
    };
    const auto results = isolator_.apply(draft.plan.changes, vetoes);
    if (!results.empty() && vetoes(results.back())) {
        NOVA_RT_TRY_CONTEXT(roll_back(draft, results, report), results.back().cause);
        return fail(ErrorCode::Refused, results.back().cause);
    }
    commit(draft, request, results, report);
    return report;
}

Status Transition::roll_back(const Draft& draft, const std::vector<WriteResult>& results,
                             TransitionReport& report) {
    const auto left = isolator_.restore(results);
    if (left.empty()) {
        NOVA_RT_TRY_CONTEXT(repository_.restore_journal(draft.loaded.damaged || draft.loaded.of_other_boot
                                                            ? std::nullopt
                                                            : draft.loaded.document),
                            "rolled back, but the journal still lists it");
        return {};
    }
    Journal journal = draft.loaded.journal;
    journal.intent.clear();
    std::string not_back;
    for (const auto& result : left) {
        report.findings.push_back(finding_of(result));
        not_back += (not_back.empty() ? "" : ", ") + describe(result.change.setting);
    }
    record(left, draft.loaded.journal, draft.plan, draft.demand, journal.entries);
    NOVA_RT_TRY(repository_.store_journal(journal));
    return fail(ErrorCode::Refused, "rollback failed for " + not_back +
                                        "; the journal keeps them, release or reconcile tries again");
}

void Transition::commit(const Draft& draft, const TransitionRequest& request,
                        const std::vector<WriteResult>& results, TransitionReport& report) {
    Journal journal = draft.loaded.journal;
    journal.entries = draft.plan.entries;
    journal.intent.clear();
    journal.admitted = guests_of(request);
    if (journal.admitted != draft.loaded.journal.admitted ||
        request.known_immovable == KnownImmovable::Retry) {
        journal.immovable.clear();
    }
    std::erase_if(journal.entries, [&](const auto& entry) { // planned and left out: known to be immovable
        return !entry.second.written && std::ranges::none_of(results, [&](const WriteResult& result) {
            return result.change.setting == entry.first;
        });
    });
    record(results, draft.loaded.journal, draft.plan, draft.demand, journal.entries);
    for (const auto& result : results) {
        if (result.outcome == WriteOutcome::InForce) {
            report.changes.push_back(result.change);
            continue;
        }
        report.findings.push_back(finding_of(result));
        if (result.outcome == WriteOutcome::Immovable) {
            journal.immovable.insert(result.change.setting);
        }
    }
    if (journal.empty()) {
        journal.immovable.clear();
    }
    const bool unusable = draft.loaded.damaged || draft.loaded.of_other_boot;
    Status stored;
    if (journal == draft.loaded.journal && !unusable) {
        if (!results.empty()) { // only the intent is to be forgotten
            stored = repository_.restore_journal(draft.loaded.document);
        }
        if (!stored) {
            report.findings.push_back(not_written(stored.error()));
        }
        return;
    }
    if (unusable && results.empty()) {
        stored = repository_.discard_unusable(draft.loaded);
    }
    if (stored) {
        stored = repository_.store_journal(journal);
    }
    if (!stored) {
        report.findings.push_back(not_written(stored.error()));
    }
}

} // namespace nova_rt
