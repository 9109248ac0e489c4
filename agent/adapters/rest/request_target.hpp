// The path of a request, decoded and judged before anything else looks at it.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

struct RequestTarget {
    std::vector<std::string> segments; ///< decoded; empty for "/"
    std::string query;                 ///< as sent, without "?"
};

/// Accepts origin form only ("/a/b?query"), made of the characters RFC 3986 allows. Refuses empty and dot
/// segments, encoded slashes, control characters and text that is not UTF-8: no two spellings of one path.
[[nodiscard]] Result<RequestTarget> parse_target(std::string_view target);

} // namespace nova_rt
