// Small text functions used everywhere: trimming, splitting, numbers without locale, safe quoting.
#pragma once

#include "base/result.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// Without leading and trailing ASCII white space.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The pieces between separators; empty pieces are kept, so "" gives one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// The whole text as a decimal number, nothing else: no sign for unsigned types, no white space, no overflow.
template <typename Number> [[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const char* const begin = text.data(); // NOLINT(bugprone-suspicious-stringview-data-usage): end follows
    const char* const end = begin + text.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return value;
}

/// Text of unknown origin as it may stand in a message or log line: in double quotes, control characters,
/// backslashes, quotes and bytes that are not UTF-8 escaped, cut after max_bytes with "..." and the full
/// length.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t max_bytes = 64);

/// Text that holds pieces of unknown origin as it may go to a terminal: control characters, deceptive
/// characters and bytes that are not UTF-8 escaped, everything else as it is.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether the text is well-formed UTF-8 without NUL.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// The candidate nearest to the text by edit distance, when it is near enough to be a likely misspelling.
[[nodiscard]] std::optional<std::string> nearest_match(std::string_view text,
                                                       const std::vector<std::string>& candidates);

} // namespace nova_rt
