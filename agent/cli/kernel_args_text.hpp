// What `nova-rt plan kernel-args` prints.
#pragma once

#include "checks/kernel_arguments.hpp"

#include <string>
#include <vector>

namespace nova_rt {

/// Objections, the line with its reasons, and what of it is in force.
[[nodiscard]] std::string to_text(const KernelArgumentPlan& plan, const std::vector<CheckResult>& in_force);

/// {pcpus, housekeeping, line, arguments[{text, why}], objections[], checks[], in_force}
[[nodiscard]] std::string to_json(const KernelArgumentPlan& plan, const std::vector<CheckResult>& in_force);

} // namespace nova_rt
