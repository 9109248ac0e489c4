// Knob: interrupts requested from now on are born away from realtime pCPUs.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// /proc/irq/default_smp_affinity, a mask.
class IrqDefaultAffinity final : public HostKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<std::vector<ProbedSetting>> probe(const HostView& view) const override;
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const override;
};

} // namespace nova_rt
