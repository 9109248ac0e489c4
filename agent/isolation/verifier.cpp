#include "isolation/verifier.hpp"

#include "base/text.hpp"
#include "isolation/admission.hpp"
#include "isolation/grading.hpp"
#include "isolation/observer.hpp"
#include "isolation/pmd_finder.hpp"
#include "isolation/reconciler.hpp"
#include "isolation/state_repository.hpp"
#include "isolation/thread_census.hpp"
#include "isolation/thread_sweeper.hpp"
#include "knobs/knob_registry.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

/// "isolated invalid (...)" with the kernel's longest reason is shorter.
constexpr std::size_t kMaxValueBytes = 128;

void append(std::vector<Finding>& to, std::vector<Finding> from) {
    std::ranges::move(from, std::back_inserter(to));
}

/// An interrupt the kernel refused to move is no fault of anybody on this host.
void excuse_immovable(const Journal& journal, std::vector<Finding>& findings) {
    for (auto& finding : findings) {
        const bool immovable = std::ranges::any_of(
            journal.immovable, [&](const Setting& setting) { return describe(setting) == finding.subject; });
        if (finding.kind == FindingKind::IrqOnRealtimePcpu && immovable) {
            finding.kind = FindingKind::Immovable;
            finding.severity = Finding::Severity::Info;
            finding.text += ": the kernel refuses to move it";
        }
    }
}

/// Host-wide knobs, for this guest's pCPUs alone.
std::vector<Finding> host_findings(const HostView& view, const Lease& guest, const HostDemand& demand) {
    HostDemand own = demand;
    own.isolated &= guest.realtime_pcpus;
    std::vector<Finding> findings;
    for (const HostKnob* const knob : host_knobs()) {
        append(findings, knob->inspect(view, own));
    }
    for (auto& finding : findings) {
        finding.guest = guest.uuid;
    }
    return findings;
}

/// Why the guest's partitions are not as they should be; empty when they are.
std::string partition_problems(const GuestProbe& probe, const Lease& guest) {
    std::string problems;
    const auto add = [&](const std::string& text) { problems += (problems.empty() ? "" : ", ") + text; };
    for (const auto& finding : probe.findings) {
        if (finding.guest == guest.uuid) {
            add(finding.text);
        }
    }
    for (const auto& target : probe.targets) {
        if (!target.in_force && target.owner == guest.uuid) {
            add(describe(target.setting) + " reads " + quoted(target.value, kMaxValueBytes) + " instead of " +
                target.wanted);
        }
    }
    return problems;
}

KernelFacts kernel_facts(const HostView& view, const Lease& guest, const std::vector<Lease>& leases,
                         const HostDemand& demand) {
    KernelFacts facts = read_kernel_facts(view.files, guest.realtime_pcpus);
    for (const GuestKnob* const knob : guest_knobs()) {
        facts.exclusive |= knob->exclusive_pcpus(view, guest);
        facts.no_partition += partition_problems(knob->probe(view, leases, demand), guest);
    }
    return facts;
}

} // namespace

Result<Verification> verify_lease(const EnginePorts& ports, const Lease& guest,
                                  const std::map<DomainUuid, Lease>& leases) {
    std::vector<Lease> all;
    for (const auto& [uuid, lease] : leases) {
        all.push_back(lease);
    }
    NOVA_RT_TRY_ASSIGN(online, online_cpus(ports.reader));
    const HostDemand demand = demand_of(all, online);
    const ThreadCensus census(ports.lister);
    const HostView view{.files = ports.reader, .threads = ports.threads, .lister = census};
    Verification result;
    append(
        result.findings,
        admission_findings(
            guest, {.guests = all, .pmds = find_pmd_threads({ports.reader, ports.lister, ports.threads})}));
    for (auto& finding : housekeeping_findings(all, demand)) {
        if (finding.guest == guest.uuid) {
            result.findings.push_back(std::move(finding));
        }
    }
    append(result.findings, host_findings(view, guest, demand));
    if (const auto loaded = StateRepository(ports).load_journal()) {
        excuse_immovable(loaded->journal, result.findings);
    }
    NOVA_RT_TRY_ASSIGN(threads, thread_findings(view, guest, demand));
    append(result.findings, std::move(threads));
    append(result.findings, kernel_findings(guest, all, kernel_facts(view, guest, all, demand)));
    result.grade = grade_of(result.findings);
    return result;
}

} // namespace nova_rt
