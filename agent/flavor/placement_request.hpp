// What Nova's scheduler asks Placement for.
#pragma once

#include "flavor/rule_input.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace nova_rt {

/// One request group: resource amounts and traits of one provider tree.
struct PlacementGroup {
    std::map<std::string, std::int64_t> resources;
    std::set<std::string> required;
    std::set<std::string> forbidden;
};

/// Groups by suffix; "" is the group without one.
using PlacementRequest = std::map<std::string, PlacementGroup>;

/// nova/scheduler/utils.py, ResourceRequest.from_request_spec, for a guest that boots from an image.
[[nodiscard]] Judged<PlacementRequest> placement_request(const RuleInput& input);

} // namespace nova_rt
