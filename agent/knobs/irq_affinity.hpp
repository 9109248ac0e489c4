// Knob: device interrupts away from realtime pCPUs.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// Every /proc/irq/N/smp_affinity_list. Managed and per-CPU interrupts refuse (EIO, EPERM, EINVAL):
/// immovable.
class IrqAffinity final : public HostKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<std::vector<ProbedSetting>> probe(const HostView& view) const override;
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const override;
    [[nodiscard]] WriteFailure classify(const Error& error) const override;
    /// An interrupt requested while the default mask is narrowed is born with the narrowed one.
    [[nodiscard]] std::optional<Setting> born_from() const override;
    /// What might be taken for such an interrupt later.
    [[nodiscard]] bool remembers(const Setting& setting, const std::string& baseline,
                                 const HostDemand& demand) const override;
    [[nodiscard]] std::vector<Finding> inspect(const HostView& view, const HostDemand& demand) const override;
};

} // namespace nova_rt
