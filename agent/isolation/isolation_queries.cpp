// What the engine tells without changing anything.
#include "isolation/admission.hpp"
#include "isolation/isolation_engine.hpp"
#include "isolation/observer.hpp"
#include "isolation/pmd_finder.hpp"
#include "isolation/transition.hpp"
#include "isolation/verifier.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nova_rt {

namespace {

std::vector<Lease> values(const std::map<DomainUuid, Lease>& leases) {
    std::vector<Lease> list;
    for (const auto& [guest, lease] : leases) {
        list.push_back(lease);
    }
    return list;
}

} // namespace

Result<Verification> IsolationEngine::verify(const GuestDomain& guest) const {
    if (!takes_lease(guest)) {
        return Verification{};
    }
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    const auto own = loaded.leases.find(guest.uuid);
    const Lease lease = own == loaded.leases.end() ? lease_for(guest) : own->second;
    NOVA_RT_TRY_ASSIGN(verified, verify_lease(ports_, lease, loaded.leases));
    if (own == loaded.leases.end()) {
        verified.grade = Grade::F;
        verified.findings.push_back({.kind = FindingKind::NotInForce,
                                     .severity = Finding::Severity::Error,
                                     .subject = "guest " + guest.uuid.to_string(),
                                     .text = "isolation is asked for and there is no lease",
                                     .guest = guest.uuid});
    }
    return verified;
}

Result<Verification> IsolationEngine::verify(const DomainUuid& guest) const {
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    const auto own = loaded.leases.find(guest);
    if (own == loaded.leases.end()) {
        return fail(ErrorCode::NotFound, "guest " + guest.to_string() + " has no lease");
    }
    return verify_lease(ports_, own->second, loaded.leases);
}

Result<TransitionReport> IsolationEngine::dry_run_prepare(const GuestDomain& guest) const {
    if (!takes_lease(guest)) {
        return TransitionReport{};
    }
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    const Lease lease = lease_for(guest);
    const PcpuOwners owners{.guests = values(loaded.leases), .pmds = pmd_threads()};
    if (guest.policy.mode == IsolationMode::Required) {
        NOVA_RT_TRY_ASSIGN(host, read_host_cpus(ports_.reader, lease.realtime_pcpus));
        NOVA_RT_TRY(admit(lease, owners, host));
    }
    auto findings = admission_findings(lease, owners);
    loaded.leases.insert_or_assign(guest.uuid, lease);
    NOVA_RT_TRY_ASSIGN(report, preview(loaded.leases, {}));
    std::ranges::move(report.findings, std::back_inserter(findings));
    return TransitionReport{.changes = std::move(report.changes), .findings = std::move(findings)};
}

Result<TransitionReport> IsolationEngine::dry_run_release(const DomainUuid& guest) const {
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    loaded.leases.erase(guest);
    return preview(loaded.leases, {});
}

Result<TransitionReport> IsolationEngine::dry_run_release_all() const {
    return preview({}, {});
}

Result<TransitionReport> IsolationEngine::dry_run_reconcile(const std::set<DomainUuid>& live) const {
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    for (const auto& guest : to_release(loaded.leases, live)) {
        loaded.leases.erase(guest);
    }
    std::set<DomainUuid> guests;
    for (const auto& [guest, lease] : loaded.leases) {
        guests.insert(guest);
    }
    return preview(loaded.leases, guests);
}

Result<TransitionReport> IsolationEngine::preview(const Leases& leases,
                                                  const std::set<DomainUuid>& sweep) const {
    return Transition(ports_).preview({.leases = leases, .sweep = sweep, .veto = std::nullopt});
}

Result<std::vector<Lease>> IsolationEngine::leases() const {
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_leases());
    return values(loaded.leases);
}

std::vector<PmdThread> IsolationEngine::pmd_threads() const {
    return find_pmd_threads({ports_.reader, ports_.lister, ports_.threads});
}

Result<Journal> IsolationEngine::journal() const {
    NOVA_RT_TRY_ASSIGN(loaded, repository_.load_journal());
    if (loaded.damaged) {
        return fail(ErrorCode::Corrupt, loaded.findings.front().text);
    }
    return std::move(loaded.journal);
}

} // namespace nova_rt
