#include "base/domain_uuid.hpp"

#include "base/text.hpp"

#include <array>
#include <cstddef>

namespace nova_rt {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_dash_position(std::size_t index) {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

} // namespace

Result<DomainUuid> DomainUuid::parse(std::string_view text) {
    constexpr std::size_t kLength = 36;
    const auto refuse = [&] {
        return fail(ErrorCode::InvalidArgument,
                    "domain UUID " + quoted(text) + ": expected 8-4-4-4-12 hexadecimal digits");
    };
    if (text.size() != kLength) {
        return refuse();
    }
    DomainUuid uuid;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < kLength; ++i) {
        if (is_dash_position(i)) {
            if (text[i] != '-') {
                return refuse();
            }
            continue;
        }
        const int value = hex_value(text[i]);
        if (value < 0) {
            return refuse();
        }
        auto& byte = uuid.bytes_.at(nibble / 2);
        byte = static_cast<std::uint8_t>((byte << 4) | value);
        ++nibble;
    }
    return uuid;
}

std::string DomainUuid::to_string() const {
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text += '-';
        }
        text += kHexDigits[bytes_.at(i) >> 4];
        text += kHexDigits[bytes_.at(i) & 0xF];
    }
    return text;
}

} // namespace nova_rt
