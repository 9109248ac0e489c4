// What fits and what is left, in words.
#pragma once

#include "services/what_if.hpp"

#include <string>

namespace nova_rt {

/// Several lines, for people: each flavor with its guests' pCPUs and the first refusal, then each host NUMA
/// cell.
[[nodiscard]] std::string in_words(const WhatIfAnswer& answer);

} // namespace nova_rt
