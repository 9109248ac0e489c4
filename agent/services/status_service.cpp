#include "services/status_service.hpp"

#include "base/text.hpp"
#include "checks/lease_checks.hpp"
#include "checks/node_checks.hpp"
#include "checks/pmd_checks.hpp"
#include "services/collision_report.hpp"
#include "services/cpu_census.hpp"
#include "services/guest_threads_finder.hpp"
#include "services/irq_report.hpp"

#include <algorithm>

namespace nova_rt {

namespace {

/// Whether what libvirt said may be acted upon.
bool is_fresh(const DomainSnapshot& snapshot) {
    return snapshot.connected && snapshot.error.empty() && snapshot.as_of.has_value();
}

std::string text_of(const HostReader& reader, const std::string& path) {
    return reader.read(path).value_or("");
}

std::optional<std::int64_t> number_of(const HostReader& reader, const std::string& path) {
    return parse_number<std::int64_t>(text_of(reader, path));
}

std::vector<GuestDomain> readable_guests(const std::vector<KnownGuest>& known) {
    std::vector<GuestDomain> guests;
    for (const auto& entry : known) {
        if (entry.problem.empty()) {
            guests.push_back(entry.guest);
        }
    }
    return guests;
}

void add_verification(GuestStatus& status, const Result<Verification>& verification) {
    if (!verification) {
        status.grade = Grade::F;
        status.grade_causes.push_back("it could not be verified: " + verification.error().message());
        return;
    }
    status.grade = verification->grade;
    for (const auto& finding : verification->findings) {
        if (finding.severity != Finding::Severity::Info) {
            status.grade_causes.push_back(finding.subject + ": " + finding.text);
        }
    }
    attach_findings(status, verification->findings);
}

} // namespace

StatusService::StatusService(const StatusPorts& ports, StatusOptions options)
    : ports_(ports), options_(std::move(options)),
      keeper_(ports.engine, ports.reader, ports.clock, options_.keeper) {}

StatusDocument StatusService::refresh() {
    const auto snapshot = ports_.inventory.snapshot();
    const auto& guests = catalogue_.update(*snapshot);
    ThreadMap threads = read_threads(guests);
    if (needs_full_pass(*snapshot, threads)) {
        run_full_pass(*snapshot, guests);
        threads = read_threads(guests);
        last_threads_ = threads;
    }
    StatusDocument status;
    status.generated_at = ports_.clock.now();
    status.domains_as_of = snapshot->as_of;
    status.nova = options_.nova;
    const auto readable = readable_guests(guests);
    read_host(status, readable);
    for (const auto& known : guests) {
        status.domains.push_back(describe_guest(known, threads));
    }
    status.irqs = irqs_;
    status.collisions = find_collisions(readable, pmds_);
    status.journal = journal_;
    status.checks = run_checks(status, *snapshot);
    return status;
}

bool StatusService::needs_full_pass(const DomainSnapshot& snapshot, const ThreadMap& threads) const {
    return !last_full_pass_ || snapshot.sequence != last_sequence_ || threads != last_threads_ ||
           ports_.clock.steady_now() - *last_full_pass_ >= options_.full_period || keeper_.is_waiting();
}

StatusService::ThreadMap StatusService::read_threads(const std::vector<KnownGuest>& guests) {
    ThreadMap threads;
    for (const auto& known : guests) {
        const auto found = guest_threads_.find(known.uuid);
        if (found != guest_threads_.end()) {
            threads[known.uuid] = read_process_threads({ports_.lister, ports_.threads}, found->second);
        }
    }
    return threads;
}

void StatusService::run_full_pass(const DomainSnapshot& snapshot, const std::vector<KnownGuest>& guests) {
    last_full_pass_ = ports_.clock.steady_now();
    last_sequence_ = snapshot.sequence;
    keeping_ = keeper_.keep(guests, is_fresh(snapshot) ? GuestList::Fresh : GuestList::Stale);
    read_leases();
    guest_threads_.clear();
    helper_threads_.clear();
    for (const auto& known : guests) {
        if (!known.guest.is_realtime()) {
            continue;
        }
        auto found = find_guest_threads(ports_.reader, options_.keeper.libvirt_status_directory, known.name,
                                        known.uuid);
        if (found) {
            helper_threads_[known.uuid] = read_helper_threads({ports_.lister, ports_.threads}, *found);
            guest_threads_.emplace(known.uuid, *std::move(found));
        }
    }
    verify_guests(guests);
    CpuSet realtime;
    for (const auto& known : guests) {
        realtime |= known.guest.realtime_pcpus();
    }
    irqs_ = read_irq_report(ports_.reader, realtime, immovable_);
    pmds_ = ports_.engine.pmd_threads();
    auto census = read_cpu_census(ports_.reader);
    census_error_ = census ? "" : census.error().message();
    census_ = census ? *std::move(census) : std::vector<CpuStatus>{};
    has_verified_ = has_verified_ || is_fresh(snapshot);
}

void StatusService::read_leases() {
    leases_.clear();
    immovable_.clear();
    journal_ = {};
    if (const auto leases = ports_.engine.leases()) {
        for (const auto& lease : *leases) {
            leases_.emplace(lease.uuid, lease);
        }
    } else {
        journal_.error = leases.error().message();
    }
    journal_.leases = leases_.size();
    const auto journal = ports_.engine.journal();
    if (!journal) {
        journal_.error = journal.error().message();
        return;
    }
    journal_.baselines = journal->entries.size();
    journal_.uncommitted = journal->intent.size();
    for (const auto& setting : journal->immovable) {
        if (const auto irq = irq_of_path(setting.path)) {
            immovable_.insert(*irq);
        }
    }
}

void StatusService::verify_guests(const std::vector<KnownGuest>& guests) {
    verifications_.clear();
    for (const auto& known : guests) {
        if (known.problem.empty() && takes_lease(known.guest)) {
            verifications_.emplace(known.uuid, ports_.engine.verify(known.guest));
        }
    }
}

GuestStatus StatusService::describe_guest(const KnownGuest& known, const ThreadMap& threads) const {
    GuestStatus status;
    status.uuid = known.uuid;
    status.name = known.name;
    status.state = known.state;
    status.vcpu_count = known.guest.vcpu_count;
    status.realtime_vcpus = known.guest.realtime_vcpus();
    status.realtime_pcpus = known.guest.realtime_pcpus();
    status.vcpu_pins = known.guest.vcpu_pins;
    status.policy = known.guest.policy;
    if (!known.problem.empty()) {
        status.findings.push_back({"xml_unreadable", CheckState::Fail, "domain XML", known.problem});
    }
    if (const auto lease = leases_.find(known.uuid); lease != leases_.end()) {
        status.lease = LeaseStatus{lease->second.stage, lease->second.realtime_pcpus};
    }
    for (const ThreadMap* const source : {&threads, &helper_threads_}) {
        if (const auto found = source->find(known.uuid); found != source->end()) {
            status.threads.insert(status.threads.end(), found->second.begin(), found->second.end());
        }
    }
    if (const auto found = verifications_.find(known.uuid); found != verifications_.end()) {
        add_verification(status, found->second);
    }
    if (keeping_.hook_missed.contains(known.uuid)) {
        status.findings.push_back({"hook_did_not_fire", CheckState::Warn, "qemu hook",
                                   "the guest ran without the hook; the agent took its lease afterwards"});
    }
    return status;
}

void StatusService::read_host(StatusDocument& status, const std::vector<GuestDomain>& guests) {
    status.node = {text_of(ports_.reader, "proc/sys/kernel/hostname"),
                   text_of(ports_.reader, "proc/sys/kernel/random/boot_id"),
                   text_of(ports_.reader, "proc/sys/kernel/osrelease"), options_.agent_version};
    status.cpus = census_;
    status.pmds = pmds_;
    classify_cpus(status.cpus, {options_.nova, guests, pmds_});
}

std::vector<CheckStatus> StatusService::run_checks(const StatusDocument& status,
                                                   const DomainSnapshot& snapshot) {
    CheckReport report(ports_.clock.now());
    check_libvirt(snapshot, status.generated_at, report);
    check_keeper(keeping_, report);
    check_interference(status, report);
    report.pass("topology");
    if (!census_error_.empty()) {
        report.add("topology", CheckState::Fail, census_error_);
    }
    for (const auto& check : options_.fixed_checks) {
        report.add(check);
    }
    report.add(check_rt_throttling(number_of(ports_.reader, "proc/sys/kernel/sched_rt_runtime_us"),
                                   number_of(ports_.reader, "proc/sys/kernel/sched_rt_period_us")));
    report.add(check_journal(journal_.baselines, journal_.uncommitted, journal_.error.value_or("")));
    report.add(check_pmd_threads(pmds_, options_.nova));
    report.pass("isolation");
    for (const auto& [uuid, verification] : verifications_) {
        const auto lease = leases_.find(uuid);
        if (!verification) {
            report.add("isolation", CheckState::Fail, verification.error().message());
        } else if (lease == leases_.end()) {
            report.add("isolation", CheckState::Fail, "guest " + uuid.to_string() + " has no lease");
        } else {
            report.add(check_isolation(lease->second, *verification));
        }
    }
    CpuSet online;
    std::vector<Lease> leases;
    for (const auto& cpu : status.cpus) {
        if (cpu.online) {
            online.add(cpu.id.value);
        }
    }
    for (const auto& [uuid, lease] : leases_) {
        leases.push_back(lease);
    }
    if (!online.empty()) {
        report.add(check_housekeeping(leases, online, pmds_));
    }
    return report.take();
}

} // namespace nova_rt
