#include "knobs/workqueue_cpumask.hpp"

#include "knobs/cpu_text.hpp"

namespace nova_rt {

namespace {

constexpr std::string_view kDirectory = "sys/devices/virtual/workqueue";
constexpr std::string_view kFile = "cpumask";

constexpr KnobTraits kTraits = {
    .name = "workqueue_cpumask",
    .summary = "unbound workqueues stay away from realtime pCPUs",
    .criticality = Criticality::Advisory,
    .blast_radius = BlastRadius::Silent,
};

} // namespace

const KnobTraits& WorkqueueCpumask::traits() const {
    return kTraits;
}

Result<std::vector<ProbedSetting>> WorkqueueCpumask::probe(const HostView& view) const {
    std::vector<ProbedSetting> settings;
    const auto names = view.files.list(kDirectory);
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        const std::string own = std::string(kDirectory) + "/" + name;
        const std::string path = name == kFile ? own : own + "/" + std::string(kFile);
        if (const auto value = view.files.read(path)) {
            settings.push_back({.setting = Setting::attribute(path, ValueFormat::CpuMask), .value = *value});
        }
    }
    return settings;
}

std::string WorkqueueCpumask::desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const {
    return narrowed_text(setting.format, baseline, demand);
}

bool WorkqueueCpumask::matches(const Setting& setting, std::string_view wanted, std::string_view seen) const {
    return HostKnob::matches(setting, wanted, seen) || is_within(setting.format, wanted, seen);
}

} // namespace nova_rt
