// A better placement than Nova's, where Nova's is legal and poor, and the flavor that would get it.
#pragma once

#include "planner/placement_faults.hpp"
#include "services/translation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// Another flavor, planned by Nova's rules on the same host.
struct FlavorAdvice {
    std::vector<std::string> commands; ///< "openstack flavor set ..."
    PinningPlan plan;
    PlacementFaults faults;
};

struct Advice {
    PlacementFaults faults;               ///< of Nova's plan
    std::optional<PinningPlan> placement; ///< with fewer, on the same host cells
    PlacementFaults placement_faults;     ///< with `placement` only
    std::optional<FlavorAdvice> flavor;   ///< the fewest that a change of a key or two reaches
};

/// None for a guest without a plan and for a plan without a fault. `answer` is that of `input`, which must
/// have a host.
[[nodiscard]] std::optional<Advice> advise(const TranslationInput& input, const Translation& answer);

/// {faults, placement, flavor}, null without advice; on one line.
[[nodiscard]] std::string to_document(const Translation& answer, const std::optional<Advice>& advice);

} // namespace nova_rt
