#include "knobs/workqueue_cpumask.hpp"

namespace nova_rt {

namespace {

constexpr const char* kPath = "sys/devices/virtual/workqueue/cpumask";

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
    const auto value = view.files.read(kPath);
    if (!value) {
        return std::vector<ProbedSetting>{};
    }
    return std::vector<ProbedSetting>{
        {.setting = Setting::attribute(kPath, ValueFormat::CpuMask), .value = *value}};
}

std::string WorkqueueCpumask::desired(const Setting& /*setting*/, const std::string& baseline,
                                      const HostDemand& demand) const {
    const auto cpus = CpuSet::from_mask(baseline);
    return cpus && cpus->intersects(demand.isolated) ? demand.narrowed(*cpus).to_mask() : baseline;
}

bool WorkqueueCpumask::matches(const Setting& setting, std::string_view wanted, std::string_view seen) const {
    const auto wanted_cpus = CpuSet::from_mask(wanted);
    const auto seen_cpus = CpuSet::from_mask(seen);
    return HostKnob::matches(setting, wanted, seen) ||
           (wanted_cpus && seen_cpus && !seen_cpus->empty() && seen_cpus->is_subset_of(*wanted_cpus));
}

} // namespace nova_rt
