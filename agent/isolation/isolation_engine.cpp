#include "isolation/isolation_engine.hpp"

#include "isolation/admission.hpp"
#include "isolation/fifo_preflight.hpp"
#include "isolation/observer.hpp"
#include "isolation/setting_reader.hpp"
#include "isolation/thread_sweeper.hpp"
#include "isolation/transition.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nova_rt {

namespace {

/// Leases that come and go while the lock is held are applied by its holder, this many times at most.
constexpr int kMaxRounds = 4;
/// A guest that is being prepared may not be in a list of running guests asked for before.
constexpr std::chrono::seconds kPreparationGrace{60};

void append(std::vector<Finding>& to, std::vector<Finding> from) {
    std::ranges::move(from, std::back_inserter(to));
}

Finding problem(FindingKind kind, const Error& error, std::optional<DomainUuid> guest) {
    return Finding{.kind = kind,
                   .severity = Finding::Severity::Error,
                   .subject = guest ? "lease of " + guest->to_string() : "host lock",
                   .text = error.message(),
                   .guest = guest};
}

FindingKind kind_of(const Error& error) {
    return error.code() == ErrorCode::Timeout ? FindingKind::LockTimeout : FindingKind::StateNotWritten;
}

Error refused(const Error& error) {
    return {ErrorCode::Refused, error.system_errno(), error.message()};
}

/// Whether the two claim the same; stage and threads are the running guest's, not the XML's.
bool same_claim(const Lease& a, Lease b) {
    b.stage = a.stage;
    b.threads = a.threads;
    b.taken_at = a.taken_at;
    return a == b;
}

} // namespace

Result<TransitionReport> IsolationEngine::prepare(const GuestDomain& guest) {
    if (!takes_lease(guest)) {
        return TransitionReport{};
    }
    const bool required = guest.policy.mode == IsolationMode::Required;
    const auto before = repository_.lease_document(guest.uuid);
    Lease lease = lease_for(guest);
    lease.taken_at =
        std::chrono::duration_cast<std::chrono::seconds>(ports_.clock.now().time_since_epoch()).count();
    Status stored;
    if (const auto old = repository_.load_lease(guest.uuid); old && *old && same_claim(**old, lease)) {
        lease = **old;
    } else {
        stored = before ? repository_.store_lease(lease) : Status(fail(before.error()));
    }
    auto result = stored ? prepare_lease(lease) : Result<TransitionReport>(fail(stored.error()));
    if (result || !required) {
        return result ? std::move(result)
                      : TransitionReport{
                            .changes = {},
                            .findings = {problem(kind_of(result.error()), result.error(), guest.uuid)}};
    }
    if (stored) {
        NOVA_RT_TRY_CONTEXT(repository_.restore_lease(guest.uuid, *before), result.error().message());
    }
    return fail(refused(result.error()));
}

Result<TransitionReport> IsolationEngine::prepare_lease(const Lease& lease) {
    NOVA_RT_TRY_ASSIGN(lock, ports_.lock.acquire(options_.lock_deadline));
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    NOVA_RT_TRY_ASSIGN(journal, repository_.load_journal());
    PcpuOwners owners{.guests = {}, // whoever got the lock first was first
                      .pmds = pmd_threads()};
    for (const auto& [guest, other] : loaded.leases) {
        if (journal.journal.admitted.contains(guest)) {
            owners.guests.push_back(other);
        }
    }
    const bool required = lease.policy.mode == IsolationMode::Required;
    if (required) {
        NOVA_RT_TRY_ASSIGN(host, read_host_cpus(ports_.reader, lease.realtime_pcpus));
        NOVA_RT_TRY(admit(lease, owners, host));
    }
    auto findings = admission_findings(lease, owners);
    if (const Status possible = check_fifo_possible(ports_.reader); !possible) {
        if (required) {
            return fail(possible.error());
        }
        findings.push_back(problem(FindingKind::SchedulingWrong, possible.error(), lease.uuid));
    }
    NOVA_RT_TRY_ASSIGN(
        report,
        settle({.leases = {}, .sweep = {}, .veto = required ? std::optional(lease.uuid) : std::nullopt}));
    append(findings, std::move(report.findings));
    return TransitionReport{.changes = std::move(report.changes), .findings = std::move(findings)};
}

Result<TransitionReport> IsolationEngine::settle(TransitionRequest request) {
    TransitionReport total;
    for (int round = 0; round < kMaxRounds; ++round) {
        NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
        if (request.veto && !loaded.leases.contains(*request.veto)) {
            return fail(ErrorCode::Corrupt, "lease of " + request.veto->to_string() + " cannot be read back");
        }
        request.leases = loaded.leases;
        NOVA_RT_TRY_ASSIGN(report, Transition(ports_).run(request));
        std::ranges::move(report.changes, std::back_inserter(total.changes));
        append(total.findings, std::move(loaded.findings));
        append(total.findings, std::move(report.findings));
        request.veto.reset(); // admitted: what others' leases bring now is not this guest's fault
        request.known_immovable = KnownImmovable::Skip;
        const auto again = repository_.load_leases();
        if (!again || again->leases == loaded.leases) {
            break;
        }
    }
    return total;
}

Result<TransitionReport> IsolationEngine::started(const DomainUuid& guest, const GuestThreads& threads) {
    NOVA_RT_TRY_ASSIGN(found, repository_.load_lease(guest));
    if (!found) {
        return fail(ErrorCode::NotFound, "guest " + guest.to_string() + " has no lease");
    }
    Lease lease = *std::move(found);
    const HostView view{.files = ports_.reader, .threads = ports_.threads, .lister = ports_.lister};
    NOVA_RT_TRY_ASSIGN(checked, check_guest_threads(view, threads));
    for (auto& finding : checked.findings) {
        finding.guest = guest;
    }
    Status stored;
    if (lease.stage != LeaseStage::Started || lease.threads != checked.threads) {
        lease.stage = LeaseStage::Started;
        lease.threads = checked.threads;
        stored = repository_.store_lease(lease);
    }
    auto result = stored ? apply(guest, {guest}, lease.policy.mode, std::move(checked.findings))
                         : Result<TransitionReport>(fail(stored.error()));
    if (lease.policy.mode != IsolationMode::Required) {
        return result
                   ? std::move(result)
                   : TransitionReport{.changes = {},
                                      .findings = {problem(kind_of(result.error()), result.error(), guest)}};
    }
    if (!result) {
        return fail(refused(result.error()));
    }
    NOVA_RT_TRY(check_started(lease));
    return result;
}

Result<TransitionReport> IsolationEngine::apply(const DomainUuid& guest, const std::set<DomainUuid>& sweep,
                                                IsolationMode mode, std::vector<Finding> findings) {
    NOVA_RT_TRY_ASSIGN(lock, ports_.lock.acquire(options_.lock_deadline));
    const bool required = mode == IsolationMode::Required;
    NOVA_RT_TRY_ASSIGN(
        report,
        settle({.leases = {}, .sweep = sweep, .veto = required ? std::optional(guest) : std::nullopt}));
    append(findings, std::move(report.findings));
    return TransitionReport{.changes = std::move(report.changes), .findings = std::move(findings)};
}

Status IsolationEngine::check_started(const Lease& lease) const {
    NOVA_RT_TRY_ASSIGN(verified, verify(lease.uuid));
    std::string causes;
    for (const auto& finding : verified.findings) {
        causes += (causes.empty() ? "" : "; ") + finding.text;
    }
    const bool promise_broken = std::ranges::any_of(verified.findings, [](const Finding& finding) {
        return finding.severity == Finding::Severity::Error &&
               (finding.kind == FindingKind::ThreadOnRealtimePcpu ||
                finding.kind == FindingKind::SchedulingWrong);
    });
    if (promise_broken || verified.grade > lease.policy.min_grade) {
        return fail(ErrorCode::Refused, "isolation of guest " + lease.uuid.to_string() +
                                            " is worse than its flavor asks for: " + causes);
    }
    return {};
}

Result<TransitionReport> IsolationEngine::release(const DomainUuid& guest) {
    NOVA_RT_TRY_ASSIGN(document, repository_.lease_document(guest));
    const auto loaded = repository_.load_journal();
    if (!document && loaded && !loaded->journal.mentions(guest)) {
        return TransitionReport{};
    }
    NOVA_RT_TRY(repository_.remove_lease(guest));
    auto result = apply(guest, {}, IsolationMode::BestEffort, {});
    if (result) {
        return result;
    }
    return TransitionReport{.changes = {},
                            .findings = {problem(kind_of(result.error()), result.error(), guest)}};
}

Result<TransitionReport> IsolationEngine::release_all() {
    NOVA_RT_TRY_ASSIGN(lock, ports_.lock.acquire(options_.lock_deadline));
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    std::vector<Finding> findings;
    for (const auto& [guest, document] : loaded.documents) {
        if (const Status removed = repository_.remove_lease(guest); !removed) {
            findings.push_back(problem(FindingKind::StateNotWritten, removed.error(), guest));
        }
    }
    NOVA_RT_TRY_ASSIGN(report, settle({.leases = {}, .sweep = {}, .veto = {}}));
    append(findings, std::move(report.findings));
    return TransitionReport{.changes = std::move(report.changes), .findings = std::move(findings)};
}

Result<TransitionReport> IsolationEngine::reconcile(const std::set<DomainUuid>& live) {
    NOVA_RT_TRY_ASSIGN(lock, ports_.lock.acquire(options_.lock_deadline));
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    for (const auto& [guest, document] : loaded.documents) {
        if (!loaded.leases.contains(guest) && !live.contains(guest)) {
            NOVA_RT_TRY(repository_.remove_lease(guest)); // unreadable, and nobody's
        }
    }
    for (const auto& guest : to_release(loaded.leases, live)) {
        NOVA_RT_TRY(repository_.remove_lease(guest));
        loaded.leases.erase(guest);
    }
    std::set<DomainUuid> started;
    for (const auto& [guest, lease] : loaded.leases) {
        if (lease.stage == LeaseStage::Started) {
            started.insert(guest);
        }
    }
    return settle({.leases = {}, .sweep = started, .veto = {}, .known_immovable = KnownImmovable::Retry});
}

std::set<DomainUuid> IsolationEngine::to_release(const Leases& leases,
                                                 const std::set<DomainUuid>& live) const {
    const HostView view{.files = ports_.reader, .threads = ports_.threads, .lister = ports_.lister};
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(ports_.clock.now().time_since_epoch()).count();
    std::set<DomainUuid> dead;
    for (const auto& [guest, lease] : leases) {
        const bool runs = lease.threads && expect_thread(view, {.tid = Tid{lease.threads->qemu.value},
                                                                .start_time = lease.threads->start_time});
        const bool in_preparation =
            lease.stage == LeaseStage::Prepared && now - lease.taken_at < kPreparationGrace.count();
        if (!live.contains(guest) && !runs && !in_preparation) {
            dead.insert(guest);
        }
    }
    return dead;
}

} // namespace nova_rt
