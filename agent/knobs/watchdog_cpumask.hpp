// Knob: the lockup watchdog stays away from realtime pCPUs.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// /proc/sys/kernel/watchdog_cpumask, a cpulist. Not offered on a host where a SCHED_FIFO thread may starve
/// everything else for good: the kernel restarts the watchdog on every CPU of the mask from a kworker there,
/// and the write would never return.
class WatchdogCpumask final : public HostKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<std::vector<ProbedSetting>> probe(const HostView& view) const override;
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const override;
};

} // namespace nova_rt
