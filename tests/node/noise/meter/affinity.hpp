// Where this process runs.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"

namespace nova_rt::noise {

/// Empty when the kernel does not say.
[[nodiscard]] CpuSet own_affinity();

[[nodiscard]] Status set_own_affinity(const CpuSet& cpus);

} // namespace nova_rt::noise
