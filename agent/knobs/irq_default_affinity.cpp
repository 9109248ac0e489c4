#include "knobs/irq_default_affinity.hpp"

#include "knobs/cpu_text.hpp"

namespace nova_rt {

namespace {

constexpr const char* kPath = "proc/irq/default_smp_affinity";

constexpr KnobTraits kTraits = {
    .name = "irq_default_affinity",
    .summary = "interrupts requested from now on are born away from realtime pCPUs",
    .criticality = Criticality::Critical,
    .blast_radius = BlastRadius::Silent,
};

} // namespace

const KnobTraits& IrqDefaultAffinity::traits() const {
    return kTraits;
}

Result<std::vector<ProbedSetting>> IrqDefaultAffinity::probe(const HostView& view) const {
    const auto value = view.files.read(kPath);
    if (!value) {
        return std::vector<ProbedSetting>{};
    }
    return std::vector<ProbedSetting>{
        {.setting = Setting::attribute(kPath, ValueFormat::CpuMask), .value = *value}};
}

std::string IrqDefaultAffinity::desired(const Setting& setting, const std::string& baseline,
                                        const HostDemand& demand) const {
    return narrowed_text(setting.format, baseline, demand);
}

} // namespace nova_rt
