// CRC-32C: recognises a torn or damaged document. Not a defence against an attacker: the directory is.
#pragma once

#include <cstdint>
#include <string_view>

namespace nova_rt {

/// Castagnoli's polynomial, reflected, as in RFC 3720, appendix B.4.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

} // namespace nova_rt
