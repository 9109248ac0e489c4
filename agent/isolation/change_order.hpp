// In which order the changes of one transition are made.
#pragma once

#include "model/change.hpp"

namespace nova_rt {

/// By phase; among the cgroups of one phase what is taken down begins at the deepest, what is built up at the
/// outermost.
[[nodiscard]] bool comes_first(const Change& a, const Change& b);

} // namespace nova_rt
