#include "knobs/irq_affinity.hpp"

#include "base/text.hpp"
#include "knobs/cpu_text.hpp"

#include <cerrno>
#include <cstdint>

namespace nova_rt {

namespace {

constexpr std::string_view kDirectory = "proc/irq";
constexpr const char* kDefaultMask = "proc/irq/default_smp_affinity";

constexpr KnobTraits kTraits = {
    .name = "irq_affinity",
    .summary = "movable device interrupts stay away from realtime pCPUs",
    .criticality = Criticality::Critical,
    .blast_radius = BlastRadius::Silent,
};

std::string irq_file(const std::string& irq, std::string_view file) {
    return std::string(kDirectory) + "/" + irq + "/" + std::string(file);
}

std::vector<std::string> irqs(const HostView& view) {
    std::vector<std::string> numbers;
    const auto names = view.files.list(kDirectory);
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        if (parse_number<std::uint32_t>(name)) {
            numbers.push_back(name);
        }
    }
    return numbers;
}

/// Empty for an interrupt that is gone or has no such file.
CpuSet read_cpus(const HostView& view, const std::string& path) {
    const auto text = view.files.read(path);
    const auto cpus = text ? CpuSet::from_cpulist(*text) : Result<CpuSet>(CpuSet());
    return cpus ? *cpus : CpuSet();
}

} // namespace

const KnobTraits& IrqAffinity::traits() const {
    return kTraits;
}

Result<std::vector<ProbedSetting>> IrqAffinity::probe(const HostView& view) const {
    std::vector<ProbedSetting> settings;
    for (const auto& irq : irqs(view)) {
        const std::string path = irq_file(irq, "smp_affinity_list");
        if (const auto value = view.files.read(path)) {
            settings.push_back({.setting = Setting::attribute(path, ValueFormat::CpuList), .value = *value});
        }
    }
    return settings;
}

std::string IrqAffinity::desired(const Setting& setting, const std::string& baseline,
                                 const HostDemand& demand) const {
    return narrowed_text(setting.format, baseline, demand);
}

std::optional<Setting> IrqAffinity::born_from() const {
    return Setting::attribute(kDefaultMask, ValueFormat::CpuMask);
}

bool IrqAffinity::remembers(const Setting& /*setting*/, const std::string& baseline,
                            const HostDemand& demand) const {
    const auto cpus = CpuSet::from_cpulist(baseline);
    return cpus && cpus->size() > 1 && !demand.isolated.empty();
}

WriteFailure IrqAffinity::classify(const Error& error) const {
    switch (error.system_errno()) {
    case EIO:
    case EPERM:
    case EINVAL:
        return WriteFailure::Immovable;
    default:
        return HostKnob::classify(error);
    }
}

std::vector<Finding> IrqAffinity::inspect(const HostView& view, const HostDemand& demand) const {
    std::vector<Finding> findings;
    for (const auto& irq : irqs(view)) {
        const std::string path = irq_file(irq, "smp_affinity_list");
        const CpuSet asked = read_cpus(view, path) & demand.isolated;
        const CpuSet effective = read_cpus(view, irq_file(irq, "effective_affinity_list")) & demand.isolated;
        if (!asked.empty()) {
            findings.push_back(
                {.kind = FindingKind::IrqOnRealtimePcpu,
                 .subject = "/" + path,
                 .text = "interrupt " + irq + " may arrive on realtime pCPUs " + asked.to_cpulist(),
                 .guest = {}});
        } else if (!effective.empty()) {
            findings.push_back({.kind = FindingKind::Pending,
                                .severity = Finding::Severity::Info,
                                .subject = "/" + path,
                                .text = "interrupt " + irq + " leaves pCPU " + effective.to_cpulist() +
                                        " when it is raised next",
                                .guest = {}});
        }
    }
    return findings;
}

} // namespace nova_rt
