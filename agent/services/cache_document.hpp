// The caches of a host described in JSON.
#pragma once

#include "base/result.hpp"
#include "model/cache_control.hpp"

#include <nlohmann/json_fwd.hpp>

namespace nova_rt {

/// Two members of a host document, both optional: "l3_caches": [{"id": 0, "cpus": [0, 1] or "0-1",
/// "size_kb": 32768}] and "resctrl": {"l3": {"cbm_mask": "fffff", "min_cbm_bits": 1, "cdp": false}, "mb":
/// {"min_bandwidth": 10, "bandwidth_gran": 10}}, with the names and meaning of the kernel's resctrl/info.
[[nodiscard]] Result<CacheControl> read_caches(const nlohmann::json& host);

/// A list of CPU numbers, or a cpulist as the kernel writes it. `what` leads messages.
[[nodiscard]] Result<CpuSet> read_cpu_list(const nlohmann::json& value, const char* what);

} // namespace nova_rt
