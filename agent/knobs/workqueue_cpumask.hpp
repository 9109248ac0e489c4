// Knob: unbound workqueues away from realtime pCPUs.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// /sys/devices/virtual/workqueue/cpumask, Linux 4.2 and later, and the mask of every workqueue that has one
/// of its own there (writeback).
class WorkqueueCpumask final : public HostKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<std::vector<ProbedSetting>> probe(const HostView& view) const override;
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const override;
    /// Linux 6.7 and later take the CPUs of isolated partitions out of what was written.
    [[nodiscard]] bool matches(const Setting& setting, std::string_view wanted,
                               std::string_view seen) const override;
};

} // namespace nova_rt
