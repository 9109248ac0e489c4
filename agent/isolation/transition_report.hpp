// What a transition did, or would do.
#pragma once

#include "model/change.hpp"
#include "model/finding.hpp"

#include <vector>

namespace nova_rt {

struct TransitionReport {
    std::vector<Change> changes; ///< written and read back; for a dry run: what would be written
    std::vector<Finding> findings;
};

} // namespace nova_rt
