#include "adapters/rest/request_target.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace nova_rt {

namespace {

constexpr std::string_view kPathPunctuation = "-._~!$&'()*+,;=:@%/";
constexpr std::string_view kQueryExtra = "?";

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_path_character(char c) {
    return is_alphanumeric(c) || kPathPunctuation.find(c) != std::string_view::npos;
}

bool is_query_character(char c) {
    return is_path_character(c) || kQueryExtra.find(c) != std::string_view::npos;
}

std::optional<unsigned> hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<unsigned>(c - 'a') + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<unsigned>(c - 'A') + 10;
    }
    return std::nullopt;
}

/// Percent-decoded; none for a broken escape.
std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
        const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
        if (!high || !low) {
            return std::nullopt;
        }
        out += static_cast<char>(static_cast<std::uint8_t>(*high << 4 | *low));
        i += 2;
    }
    return out;
}

bool is_plain_segment(std::string_view segment) {
    const bool has_control =
        std::ranges::any_of(segment, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F; });
    return !segment.empty() && segment != "." && segment != ".." && !has_control &&
           segment.find('/') == std::string_view::npos && segment.find('\\') == std::string_view::npos &&
           is_valid_utf8(segment);
}

} // namespace

Result<RequestTarget> parse_target(std::string_view target) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::InvalidArgument, "target " + quoted(target) + " " + std::string(why));
    };
    if (!target.starts_with('/')) {
        return refuse("does not start with /");
    }
    const auto question = target.find('?');
    const std::string_view path = target.substr(0, question);
    RequestTarget parsed;
    if (question != std::string_view::npos) {
        parsed.query = target.substr(question + 1);
    }
    if (!std::ranges::all_of(path, is_path_character) ||
        !std::ranges::all_of(parsed.query, is_query_character)) {
        return refuse("has a character that RFC 3986 does not allow");
    }
    if (!decoded(parsed.query)) {
        return refuse("has a broken percent escape");
    }
    if (path == "/") {
        return parsed;
    }
    for (const std::string_view piece : split(path.substr(1), '/')) {
        auto segment = decoded(piece);
        if (!segment || !is_plain_segment(*segment)) {
            return refuse("has an empty, relative or broken segment");
        }
        parsed.segments.push_back(*std::move(segment));
    }
    return parsed;
}

} // namespace nova_rt
