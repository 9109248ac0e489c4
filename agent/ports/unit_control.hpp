// The seam to the service manager's resource settings of a unit.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"

#include <string>

namespace nova_rt {

/// Waits for another process: never from the hook, never while the host lock is held.
class UnitControl {
public:
    UnitControl() = default;
    UnitControl(const UnitControl&) = delete;
    UnitControl& operator=(const UnitControl&) = delete;
    virtual ~UnitControl() = default;

    /// AllowedCPUs of the unit until the next boot, as `systemctl set-property --runtime`. Empty: no limit.
    [[nodiscard]] virtual Status allow_cpus(const std::string& unit, const CpuSet& cpus) = 0;
};

} // namespace nova_rt
