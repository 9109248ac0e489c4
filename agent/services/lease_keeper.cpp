#include "services/lease_keeper.hpp"

#include "services/guest_threads_finder.hpp"

#include <algorithm>
#include <iterator>

namespace nova_rt {

namespace {

void add(KeeperReport& report, TransitionReport transition) {
    report.changes += transition.changes.size();
    std::ranges::move(transition.findings, std::back_inserter(report.findings));
}

bool wants_lease(const KnownGuest& known) {
    return known.problem.empty() && takes_lease(known.guest);
}

/// Whether both promise the same threads the same pCPUs and policies; a live guest can be pinned anew.
bool same_pins(const Lease& a, const Lease& b) {
    return a.vcpu_pins == b.vcpu_pins && a.vcpu_scheduling == b.vcpu_scheduling &&
           a.emulator_pins == b.emulator_pins;
}

} // namespace

KeeperReport LeaseKeeper::keep(const std::vector<KnownGuest>& guests, GuestList list) {
    KeeperReport report;
    report.pass = ++pass_;
    forget_all_but(guests);
    std::map<DomainUuid, Lease> leases;
    std::set<DomainUuid> live;
    if (const auto stored = engine_.leases()) {
        for (const auto& lease : *stored) {
            leases.emplace(lease.uuid, lease);
            if (list == GuestList::Stale) {
                live.insert(lease.uuid);
            }
        }
    } else {
        report.error = stored.error().message();
    }
    for (const auto& known : guests) {
        live.insert(known.uuid);
        if (list == GuestList::Fresh && report.error.empty()) {
            make_up_for_hook(known, leases, report);
        }
    }
    reconcile(live, report);
    report.hook_missed = hook_missed_;
    report.refused = refused_;
    return report;
}

void LeaseKeeper::reconcile(const std::set<DomainUuid>& live, KeeperReport& report) {
    auto result = engine_.reconcile(live);
    if (!result) {
        report.error = result.error().message();
        return;
    }
    add(report, *std::move(result));
}

void LeaseKeeper::make_up_for_hook(const KnownGuest& known, const std::map<DomainUuid, Lease>& leases,
                                   KeeperReport& report) {
    const auto lease = leases.find(known.uuid);
    const bool has_lease = lease != leases.end();
    const bool is_started = has_lease && lease->second.stage == LeaseStage::Started;
    const bool pinned_anew =
        is_started && wants_lease(known) && !same_pins(lease->second, lease_for(known.guest));
    if (known.starting || !wants_lease(known) || (is_started && !pinned_anew)) {
        waiting_.erase(known.uuid);
        return;
    }
    if (!is_due(known.uuid)) {
        return;
    }
    if (!pinned_anew) {
        hook_missed_.insert(known.uuid);
    }
    auto taken = take_lease(known.guest, has_lease && !pinned_anew);
    waiting_.erase(known.uuid);
    if (!taken) {
        retry_at_[known.uuid] = clock_.steady_now() + options_.retry_period;
        refused_[known.uuid] = taken.error().message();
        return;
    }
    refused_.erase(known.uuid);
    add(report, *std::move(taken));
}

bool LeaseKeeper::is_due(const DomainUuid& guest) {
    const Moment now = clock_.steady_now();
    if (const auto retry = retry_at_.find(guest); retry != retry_at_.end() && now < retry->second) {
        return false;
    }
    const Moment since = waiting_.emplace(guest, now).first->second;
    return now - since >= options_.hook_grace;
}

Result<TransitionReport> LeaseKeeper::take_lease(const GuestDomain& guest, bool has_lease) {
    // Without a QEMU process the guest is on its way out: a lease would outlive it.
    NOVA_RT_TRY_ASSIGN(
        threads, find_guest_threads(reader_, options_.libvirt_status_directory, guest.name, guest.uuid));
    TransitionReport total;
    if (!has_lease) {
        NOVA_RT_TRY_ASSIGN(prepared, engine_.prepare(guest));
        total = std::move(prepared);
    }
    NOVA_RT_TRY_ASSIGN(started, engine_.started(guest.uuid, threads));
    std::ranges::move(started.changes, std::back_inserter(total.changes));
    std::ranges::move(started.findings, std::back_inserter(total.findings));
    return total;
}

void LeaseKeeper::forget_all_but(const std::vector<KnownGuest>& guests) {
    std::set<DomainUuid> present;
    for (const auto& known : guests) {
        present.insert(known.uuid);
    }
    const auto is_gone = [&](const auto& entry) { return !present.contains(entry.first); };
    std::erase_if(waiting_, is_gone);
    std::erase_if(retry_at_, is_gone);
    std::erase_if(refused_, is_gone);
    std::erase_if(hook_missed_, [&](const DomainUuid& guest) { return !present.contains(guest); });
}

} // namespace nova_rt
