// The node in the terminal: a line per pCPU, a block per guest.
#pragma once

#include "model/status.hpp"

#include <string>

namespace nova_rt {

/// Class, core, siblings, guest or switch thread, and the interrupts that may arrive, for each pCPU; then
/// each guest with its grade and what keeps it from a better one. Text of guests is quoted. No colours: reads
/// the same in a log.
[[nodiscard]] std::string cpu_map(const StatusDocument& status);

} // namespace nova_rt
