// What this machine is, from system calls.
#pragma once

#include "base/result.hpp"
#include "topology/topology_reader.hpp"

namespace nova_rt {

/// From uname(2) and sysconf(3).
[[nodiscard]] Result<MachineFacts> this_machine();

} // namespace nova_rt
