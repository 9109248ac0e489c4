// hw:mem_page_size and hw:locked_memory.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/realtime_request.hpp"

#include <optional>

namespace nova_rt {

/// nova/virt/hardware.py, _get_numa_pagesize_constraint. None when no size is asked for; a size of 0 is kept,
/// as Nova keeps it: it asks for nothing.
[[nodiscard]] Judged<std::optional<PageSizeRequest>> page_size(const RuleInput& input);

/// nova/virt/hardware.py, get_locked_memory_constraint.
[[nodiscard]] Judged<std::optional<bool>> locked_memory(const RuleInput& input);

} // namespace nova_rt
