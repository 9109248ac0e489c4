// What is in use of a host already, as Nova records it: from JSON.
#pragma once

#include "base/result.hpp"
#include "planner/cpu_ledger.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace nova_rt {

/// A list of {"cell", "pinned", "vcpus", "memory_mb", "mempages": [{"size_kb", "used"}]}, everything but the
/// cell optional: what nova/objects/numa.py, NUMACell, calls pinned_cpus, cpu_usage, memory_usage, used.
/// InvalidArgument names the entry that is wrong.
[[nodiscard]] Result<std::vector<RecordedUsage>> read_usage(const nlohmann::json& document);

} // namespace nova_rt
