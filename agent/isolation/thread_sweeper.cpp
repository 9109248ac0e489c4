#include "isolation/thread_sweeper.hpp"

#include "base/text.hpp"
#include "knobs/cgroup_location.hpp"
#include "knobs/knob_registry.hpp"
#include "knobs/qemu_thread_placement.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace nova_rt {

namespace {

/// Why the thread is not the vCPU it is said to be; nothing when it is.
std::optional<std::string> objection(const HostView& view, const std::vector<ThreadInfo>& threads,
                                     VcpuId vcpu, Tid tid) {
    const auto thread =
        std::ranges::find_if(threads, [&](const ThreadInfo& info) { return info.identity.tid == tid; });
    if (thread == threads.end()) {
        return "is no thread of the QEMU process";
    }
    if (!is_vcpu_name(thread->comm, vcpu)) {
        return "is named " + quoted(thread->comm);
    }
    const auto location = cgroup_location(view.files, tid);
    const std::string leaf(location ? location->leaf() : "");
    const bool in_other = leaf == "emulator" || leaf.starts_with("iothread") ||
                          (leaf.starts_with("vcpu") && leaf != "vcpu" + std::to_string(vcpu.value));
    return in_other ? std::optional("is in the cgroup " + quoted(leaf)) : std::nullopt;
}

Observation observation_of(const ThreadTarget& target, const KnobTraits& traits, const Lease& guest) {
    return Observation{.setting = target.setting,
                       .knob = std::string(traits.name),
                       .value = target.value,
                       .wanted = target.wanted,
                       .owner = guest.uuid,
                       .phase = target.phase,
                       .criticality = traits.criticality};
}

Finding finding_of(const ThreadTarget& target, const Lease& guest) {
    return Finding{.kind = target.kind,
                   .severity = Finding::Severity::Error,
                   .subject = target.subject,
                   .text = target.subject + ": " + describe(target.setting) + " is " + target.value +
                           ", wanted " + target.wanted,
                   .guest = guest.uuid};
}

} // namespace

Result<CheckedThreads> check_guest_threads(const HostView& view, const GuestThreads& claimed) {
    NOVA_RT_TRY_ASSIGN(threads, view.lister.threads_of(claimed.qemu));
    NOVA_RT_TRY_ASSIGN(main_thread, view.lister.thread(Tid{claimed.qemu.value}));
    CheckedThreads checked;
    checked.threads = {.qemu = claimed.qemu,
                       .start_time = main_thread.identity.start_time,
                       .vcpus = {},
                       .disputed = claimed.disputed};
    for (const auto& [vcpu, tid] : claimed.vcpus) {
        const auto why_not = objection(view, threads, vcpu, tid);
        if (!why_not) {
            checked.threads.vcpus.emplace(vcpu, tid);
            continue;
        }
        checked.threads.disputed.insert(tid);
        checked.findings.push_back({.kind = FindingKind::ThreadDisputed,
                                    .severity = Finding::Severity::Error,
                                    .subject = "vCPU " + std::to_string(vcpu.value),
                                    .text = "thread " + std::to_string(tid.value) +
                                            ", by libvirt's account vCPU " + std::to_string(vcpu.value) +
                                            ", " + *why_not + ": left alone",
                                    .guest = {}});
    }
    return checked;
}

Result<Sweep> sweep_guest(const HostView& view, const Lease& guest, const HostDemand& demand) {
    Sweep sweep;
    for (const ThreadKnob* const knob : thread_knobs()) {
        NOVA_RT_TRY_ASSIGN(probe, knob->probe(view, guest, demand));
        for (const auto& target : probe.targets) {
            sweep.observations.push_back(observation_of(target, knob->traits(), guest));
        }
        for (auto& finding : probe.findings) {
            finding.guest = guest.uuid;
            sweep.findings.push_back(std::move(finding));
        }
    }
    return sweep;
}

Result<std::vector<Finding>> thread_findings(const HostView& view, const Lease& guest,
                                             const HostDemand& demand) {
    std::vector<Finding> findings;
    for (const ThreadKnob* const knob : thread_knobs()) {
        NOVA_RT_TRY_ASSIGN(probe, knob->probe(view, guest, demand));
        for (const auto& target : probe.targets) {
            findings.push_back(finding_of(target, guest));
        }
        for (auto& finding : probe.findings) {
            finding.guest = guest.uuid;
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

} // namespace nova_rt
