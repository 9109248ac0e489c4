// The level-3 caches of this machine, and what resctrl offers.
#pragma once

#include "base/result.hpp"
#include "model/cache_control.hpp"
#include "ports/host_reader.hpp"

namespace nova_rt {

/// Reads sys/devices/system/cpu/cpuN/cache/indexN and sys/fs/resctrl/info. A machine without level-3 caches,
/// or one whose caches have no id (virtual machines, old firmware), has none; without resctrl mounted nothing
/// can be divided. A file that is there and cannot be understood is Corrupt.
[[nodiscard]] Result<CacheControl> read_cache_control(const HostReader& reader);

} // namespace nova_rt
