// The envelope of every stored document: one line with kind, version and checksum, then JSON.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// "nova-rt-journal 1 crc32c 1a2b3c4d\n" and the body.
[[nodiscard]] std::string seal_document(std::string_view kind, unsigned version, std::string_view body);

/// The body. Unsupported when the version is another one, Corrupt when anything else is wrong.
[[nodiscard]] Result<std::string_view> open_document(std::string_view kind, unsigned version,
                                                     std::string_view document);

} // namespace nova_rt
