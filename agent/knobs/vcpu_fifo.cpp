#include "knobs/vcpu_fifo.hpp"

#include <optional>
#include <utility>

namespace nova_rt {

namespace {

constexpr KnobTraits kTraits = {
    .name = "vcpu_fifo",
    .summary = "exactly the realtime vCPUs have a realtime policy, on the pCPUs they are pinned to",
    .criticality = Criticality::Critical,
    .blast_radius = BlastRadius::Silent,
};

bool is_realtime(Scheduling scheduling) {
    return scheduling.policy == SchedulingPolicy::Fifo || scheduling.policy == SchedulingPolicy::RoundRobin;
}

std::string vcpu_name(VcpuId vcpu) {
    return "vCPU " + std::to_string(vcpu.value);
}

Finding finding(FindingKind kind, Finding::Severity severity, VcpuId vcpu, std::string text) {
    return Finding{
        .kind = kind, .severity = severity, .subject = vcpu_name(vcpu), .text = std::move(text), .guest = {}};
}

void check_pin(const HostView& view, const Lease& guest, const HostDemand& demand, VcpuId vcpu, Tid tid,
               ThreadProbe& probe) {
    const auto pin = guest.vcpu_pins.find(vcpu);
    const auto affinity = view.threads.affinity(tid);
    if (pin == guest.vcpu_pins.end() || !affinity || *affinity == (pin->second & demand.online)) {
        return;
    }
    probe.findings.push_back(
        finding(FindingKind::AffinityWrong, Finding::Severity::Error, vcpu,
                "runs on pCPUs " + affinity->to_cpulist() + ", pinned to " + pin->second.to_cpulist()));
}

void check_scheduling(const HostView& view, ThreadIdentity thread, std::optional<Scheduling> promised,
                      VcpuId vcpu, ThreadProbe& probe) {
    const auto actual = view.threads.scheduling(thread.tid);
    if (!actual) {
        return; // unplugged meanwhile
    }
    if (promised && is_realtime(*promised) && *actual != *promised) {
        probe.targets.push_back({.setting = Setting::scheduling(thread),
                                 .value = encode_scheduling(*actual),
                                 .wanted = encode_scheduling(*promised),
                                 .phase = ChangePhase::ThreadPolicy,
                                 .kind = FindingKind::SchedulingWrong,
                                 .subject = vcpu_name(vcpu)});
    } else if (!promised && is_realtime(*actual)) {
        probe.findings.push_back(
            finding(FindingKind::SchedulingWrong, Finding::Severity::Warning, vcpu,
                    "has " + encode_scheduling(*actual) + ", which its XML does not ask for"));
    }
}

} // namespace

const KnobTraits& VcpuFifo::traits() const {
    return kTraits;
}

Result<ThreadProbe> VcpuFifo::probe(const HostView& view, const Lease& guest,
                                    const HostDemand& demand) const {
    ThreadProbe probe;
    if (!guest.threads) {
        return probe;
    }
    const auto qemu = view.lister.thread(Tid{guest.threads->qemu.value});
    if (!qemu || qemu->identity.start_time != guest.threads->start_time) {
        return probe; // ended, or the id belongs to another process by now
    }
    for (const auto& [vcpu, scheduling] : guest.vcpu_scheduling) {
        if (is_realtime(scheduling) && !guest.threads->vcpus.contains(vcpu)) {
            probe.findings.push_back(finding(FindingKind::SchedulingWrong, Finding::Severity::Error, vcpu,
                                             "has no thread that could be identified"));
        }
    }
    for (const auto& [vcpu, tid] : guest.threads->vcpus) {
        const auto thread = view.lister.thread(tid);
        if (!thread) {
            continue; // unplugged
        }
        const auto promised = guest.vcpu_scheduling.find(vcpu);
        check_scheduling(view, thread->identity,
                         promised == guest.vcpu_scheduling.end() ? std::nullopt
                                                                 : std::optional(promised->second),
                         vcpu, probe);
        if (promised != guest.vcpu_scheduling.end()) {
            check_pin(view, guest, demand, vcpu, tid, probe);
        }
    }
    return probe;
}

} // namespace nova_rt
