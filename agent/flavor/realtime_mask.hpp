// Which vCPUs are realtime, and which of a mixed guest are dedicated.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/realtime_request.hpp"

#include <optional>

namespace nova_rt {

/// nova/virt/hardware.py, get_realtime_cpu_constraint: empty when hw:cpu_realtime is not true. The image's
/// mask wins over the flavor's, silently.
[[nodiscard]] Judged<CpuSet> realtime_vcpus(const RuleInput& input);

/// nova/virt/hardware.py, get_dedicated_cpu_constraint: empty without hw:cpu_dedicated_mask.
[[nodiscard]] Judged<CpuSet> dedicated_vcpus(const RuleInput& input);

} // namespace nova_rt
