// A better placement than Nova's, in words.
#pragma once

#include "services/advice.hpp"

#include <string>

namespace nova_rt {

/// A section of its own after explain(): what is poor about Nova's placement, a better one, and the flavor
/// that would get it. Says so when there is nothing to better.
[[nodiscard]] std::string in_words(const std::optional<Advice>& advice);

} // namespace nova_rt
