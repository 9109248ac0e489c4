// The character classes of Nova's schema patterns: ASCII only, whatever Python's \d and \w take besides.
#pragma once

#include <algorithm>
#include <string_view>

namespace nova_rt {

[[nodiscard]] inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// \w: a letter, a digit or "_".
[[nodiscard]] inline bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

[[nodiscard]] inline bool all_of(std::string_view text, bool (*predicate)(char)) {
    return std::ranges::all_of(text, predicate);
}

} // namespace nova_rt
