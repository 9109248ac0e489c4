// Two measurement documents side by side: before / after / ratio, and whether they may be compared at all.
#pragma once

#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>

namespace nova_rt::noise {

/// The rules a pair of windows has to meet.
struct ComparisonRules {
    double load_tolerance = 0.30;     ///< of the bogo-ops' geometric mean over the stressors
    double window_tolerance = 0.10;   ///< of the windows' length
    std::uint64_t least_foreign = 50; ///< before, on each CPU: less is no noise to get rid of
};

/// {"format": "nova-rt-noise-comparison/1", "valid", "voids": [why not], "per_cpu", "vcpus", "load",
/// "guest_progress"}; every quantity is {"before", "after", "ratio"}, ratio null when before is 0. Void:
/// other CPUs, another basis or a guessed one, other lengths, dropped switches; no load, other loads, one
/// that failed, was kept off a measured CPU before, or got too much more or less done; too little noise
/// before; a guest without progress. Corrupt when a document is no measurement.
[[nodiscard]] Result<nlohmann::json> compare(const nlohmann::json& before, const nlohmann::json& after,
                                             const ComparisonRules& rules = {});

} // namespace nova_rt::noise
