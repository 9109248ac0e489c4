// The few values of nova.conf that say which CPUs are whose.
#pragma once

#include "base/result.hpp"
#include "model/status.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// [compute] cpu_dedicated_set and cpu_shared_set. nova.conf holds passwords: nothing else of it is kept, and
/// no error repeats a line of it. InvalidArgument for a set that Nova could not read either.
[[nodiscard]] Result<NovaCpuSets> parse_nova_cpu_sets(std::string_view text);

/// The same from a file. Sets are absent when it does not exist.
[[nodiscard]] Result<NovaCpuSets> read_nova_cpu_sets(const std::string& path);

} // namespace nova_rt
