#include "adapters/rest/request_id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace nova_rt {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kPrefix = "req-";
constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

/// The kernel's generator cannot fail for up to 256 bytes once seeded, which it is long before any daemon.
std::vector<std::uint8_t> random_bytes(std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    std::size_t filled = 0;
    while (filled < count) {
        const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
        if (got > 0) {
            filled += static_cast<std::size_t>(got);
        }
    }
    return bytes;
}

} // namespace

std::string random_hex(std::size_t bytes) {
    std::string text;
    text.reserve(bytes * 2);
    for (const std::uint8_t byte : random_bytes(bytes)) {
        text += kHexDigits[byte >> 4];
        text += kHexDigits[byte & 0xF];
    }
    return text;
}

std::string make_request_id() {
    std::string digits = random_hex(16);
    digits[12] = '4'; // version and variant of RFC 4122, random
    digits[16] = "89ab"[static_cast<unsigned char>(digits[16]) % 4U];
    std::string id(kPrefix);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) {
            id += '-';
        }
        id += digits[i];
    }
    return id;
}

bool is_request_id(std::string_view text) {
    if (text.size() != kPrefix.size() + kUuidForm.size() || !text.starts_with(kPrefix)) {
        return false;
    }
    const std::string_view uuid = text.substr(kPrefix.size());
    return std::ranges::equal(uuid, kUuidForm, [](char c, char form) {
        return form == '-' ? c == '-' : kHexDigits.find(c) != std::string_view::npos;
    });
}

} // namespace nova_rt
