#include "knobs/kthread_affinity.hpp"

#include "base/text.hpp"
#include "knobs/cpu_text.hpp"
#include "knobs/qemu_thread_placement.hpp"

#include <cerrno>
#include <optional>
#include <utility>

namespace nova_rt {

namespace {

constexpr KnobTraits kTraits = {
    .name = "kthread_affinity",
    .summary = "movable kernel threads stay away from realtime pCPUs",
    .criticality = Criticality::Advisory,
    .blast_radius = BlastRadius::Silent,
};

constexpr std::string_view kInterruptThread = "irq/";
constexpr std::string_view kAllowedCpus = "Cpus_allowed_list:";

/// What the thread was given, CPUs that are offline included.
CpuSet exact_affinity(const HostView& view, Tid thread, const CpuSet& online_part) {
    const auto status = view.files.read("proc/" + std::to_string(thread.value) + "/status");
    for (const auto line : split(status ? std::string_view(*status) : std::string_view(), '\n')) {
        if (line.starts_with(kAllowedCpus)) {
            const auto cpus = CpuSet::from_cpulist(trimmed(line.substr(kAllowedCpus.size())));
            return cpus ? *cpus | online_part : online_part;
        }
    }
    return online_part;
}

/// Where a thread of this knob may run; none for a thread that is not.
std::optional<CpuSet> roaming_affinity(const HostView& view, const ThreadInfo& thread) {
    if (thread.fixed_affinity || thread.comm.starts_with(kInterruptThread) ||
        is_helper_name_of_any_guest(thread.comm)) {
        return std::nullopt;
    }
    const auto affinity = view.threads.affinity(thread.identity.tid);
    return affinity && affinity->size() > 1 ? std::optional(*affinity) : std::nullopt;
}

} // namespace

const KnobTraits& KthreadAffinity::traits() const {
    return kTraits;
}

Result<std::vector<ProbedSetting>> KthreadAffinity::probe(const HostView& view) const {
    NOVA_RT_TRY_ASSIGN(threads, view.lister.kernel_threads());
    const auto offline = view.files.read("sys/devices/system/cpu/offline");
    const bool all_online = !offline || offline->empty();
    std::vector<ProbedSetting> settings;
    for (const auto& thread : threads) {
        if (const auto affinity = roaming_affinity(view, thread)) {
            const CpuSet given =
                all_online ? *affinity : exact_affinity(view, thread.identity.tid, *affinity);
            settings.push_back({.setting = Setting::affinity(thread.identity), .value = given.to_cpulist()});
        }
    }
    return settings;
}

std::string KthreadAffinity::desired(const Setting& /*setting*/, const std::string& baseline,
                                     const HostDemand& demand) const {
    return narrowed_text(ValueFormat::CpuList, baseline, demand);
}

bool KthreadAffinity::matches(const Setting& setting, std::string_view wanted, std::string_view seen) const {
    return HostKnob::matches(setting, wanted, seen) || is_within(ValueFormat::CpuList, wanted, seen);
}

WriteFailure KthreadAffinity::classify(const Error& error) const {
    return error.system_errno() == EINVAL ? WriteFailure::Immovable : HostKnob::classify(error);
}

bool KthreadAffinity::written_by_kernel(const Setting& /*setting*/, const std::string& value,
                                        const HostDemand& demand) const {
    const auto cpus = CpuSet::from_cpulist(value);
    return cpus && demand.housekeeping.is_subset_of(*cpus);
}

bool KthreadAffinity::remembers(const Setting& /*setting*/, const std::string& baseline,
                                const HostDemand& demand) const {
    const auto cpus = CpuSet::from_cpulist(baseline);
    return !demand.isolated.empty() && cpus && !demand.online.is_subset_of(*cpus);
}

std::vector<Finding> KthreadAffinity::inspect(const HostView& view, const HostDemand& demand) const {
    std::vector<Finding> findings;
    const auto threads = view.lister.kernel_threads();
    for (const auto& thread : threads ? *threads : std::vector<ThreadInfo>{}) {
        const auto affinity = roaming_affinity(view, thread);
        if (affinity && affinity->intersects(demand.isolated)) {
            const std::string name = "kernel thread " + std::to_string(thread.identity.tid.value) + " (" +
                                     quoted(thread.comm) + ")";
            findings.push_back(
                {.kind = FindingKind::ThreadOnRealtimePcpu,
                 .severity = Finding::Severity::Warning,
                 .subject = name,
                 .text = name + " may run on realtime pCPUs " + (*affinity & demand.isolated).to_cpulist(),
                 .guest = {}});
        }
    }
    return findings;
}

} // namespace nova_rt
