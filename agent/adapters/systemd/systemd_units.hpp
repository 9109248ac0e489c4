// Units of the system's systemd, over D-Bus.
#pragma once

#include "ports/unit_control.hpp"

#include <string>

namespace nova_rt {

class SystemdUnits final : public UnitControl {
public:
    /// Starts a unit that is not active first: a slice has a cgroup only then.
    [[nodiscard]] Status allow_cpus(const std::string& unit, const CpuSet& cpus) override;
};

/// AllowedCPUs on the bus: bit n of byte n/8 is CPU n.
[[nodiscard]] std::string to_allowed_cpus(const CpuSet& cpus);

} // namespace nova_rt
