// Knob: received packets are not steered to realtime pCPUs, nor sending queues bound to them.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// Every rps_cpus and xps_cpus below /sys/class/net that is not zero. Zero means that steering is off: never
/// turned on.
class PacketSteering final : public HostKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<std::vector<ProbedSetting>> probe(const HostView& view) const override;
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const override;
    /// The kernel leaves out CPUs that are offline or isolated at boot.
    [[nodiscard]] bool matches(const Setting& setting, std::string_view wanted,
                               std::string_view seen) const override;
};

} // namespace nova_rt
