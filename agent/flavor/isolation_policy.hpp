// The `rt:` extra specs that decide how hard the host side isolates a guest.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "model/flavor.hpp"
#include "model/guest_domain.hpp"

namespace nova_rt {

inline constexpr const char* kIsolationKey = "rt:isolation";
inline constexpr const char* kMinGradeKey = "rt:min_grade";

/// Reads rt:isolation (off, best_effort, required) and rt:min_grade (A, B, C) from a flavor's extra specs;
/// never from an image, whose owner is the tenant. Defaults: best_effort for a guest with realtime vCPUs, off
/// otherwise; grade C. Other values are InvalidArgument, naming key and value: Nova lets them through, since
/// it does not know the namespace.
[[nodiscard]] Result<IsolationPolicy> isolation_policy(const Properties& extra_specs,
                                                       const CpuSet& realtime_vcpus);

/// What holds when isolation_policy() refuses and the caller may not: the defaults.
[[nodiscard]] IsolationPolicy default_isolation_policy(const CpuSet& realtime_vcpus);

} // namespace nova_rt
