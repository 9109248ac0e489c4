#include "knobs/watchdog_cpumask.hpp"

#include "knobs/cpu_text.hpp"
#include "knobs/realtime_bandwidth.hpp"

namespace nova_rt {

namespace {

constexpr const char* kPath = "proc/sys/kernel/watchdog_cpumask";

constexpr KnobTraits kTraits = {
    .name = "watchdog_cpumask",
    .summary = "the lockup watchdog stays away from realtime pCPUs",
    .criticality = Criticality::Advisory,
    .blast_radius = BlastRadius::InterProcessor,
};

} // namespace

const KnobTraits& WatchdogCpumask::traits() const {
    return kTraits;
}

Result<std::vector<ProbedSetting>> WatchdogCpumask::probe(const HostView& view) const {
    const auto value = view.files.read(kPath);
    if (!value || !has_starvation_valve(view.files)) {
        return std::vector<ProbedSetting>{};
    }
    return std::vector<ProbedSetting>{
        {.setting = Setting::attribute(kPath, ValueFormat::CpuList), .value = *value}};
}

std::string WatchdogCpumask::desired(const Setting& setting, const std::string& baseline,
                                     const HostDemand& demand) const {
    return narrowed_text(setting.format, baseline, demand);
}

} // namespace nova_rt
