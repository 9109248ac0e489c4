#include "isolation/change_order.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace nova_rt {

namespace {

/// Among the cgroups of one phase: what is taken down begins at the deepest, what is built up at the
/// outermost.
std::ptrdiff_t rank_of(const Change& change) {
    const std::ptrdiff_t depth = std::ranges::count(change.setting.path, '/');
    switch (change.phase) {
    case ChangePhase::Dissolve:
    case ChangePhase::Withdraw:
        return -depth;
    case ChangePhase::Exclusive:
    case ChangePhase::Partition:
        return depth;
    default:
        return 0;
    }
}

} // namespace

bool comes_first(const Change& a, const Change& b) {
    return std::pair(a.phase, rank_of(a)) < std::pair(b.phase, rank_of(b));
}

} // namespace nova_rt
