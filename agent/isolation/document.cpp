#include "isolation/document.hpp"

#include "base/text.hpp"
#include "isolation/checksum.hpp"

#include <array>
#include <charconv>

namespace nova_rt {

namespace {

std::string hex(std::uint32_t number) {
    std::array<char, 8> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
    const std::string text(digits.data(), end);
    return std::string(digits.size() - text.size(), '0') + text;
}

} // namespace

std::string seal_document(std::string_view kind, unsigned version, std::string_view body) {
    return std::string(kind) + " " + std::to_string(version) + " crc32c " + hex(crc32c(body)) + "\n" +
           std::string(body);
}

Result<std::string_view> open_document(std::string_view kind, unsigned version, std::string_view document) {
    const auto line_end = document.find('\n');
    const auto header = split(document.substr(0, line_end), ' ');
    if (line_end == std::string_view::npos || header.size() < 2 || header[0] != kind) {
        return fail(ErrorCode::Corrupt, "stored document is not a " + std::string(kind));
    }
    const auto found = parse_number<unsigned>(header[1]);
    if (found && *found != version) {
        return fail(ErrorCode::Unsupported, std::string(kind) + " has version " + std::to_string(*found) +
                                                ", this program knows version " + std::to_string(version));
    }
    const auto body = document.substr(line_end + 1);
    if (!found || header.size() != 4 || header[2] != "crc32c" || header[3] != hex(crc32c(body))) {
        return fail(ErrorCode::Corrupt, std::string(kind) + " does not have its checksum");
    }
    return body;
}

} // namespace nova_rt
