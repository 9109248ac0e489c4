// Whole text files of bounded size: documents an operator names, and installed data files.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>

namespace nova_rt {

/// No document the product reads is longer.
inline constexpr std::size_t kMaxInputBytes = std::size_t{16} * 1024 * 1024;

/// The file's bytes; "-" is standard input. NotFound when it does not exist, NoSpace when it is too long.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path,
                                                 std::size_t max_bytes = kMaxInputBytes);

} // namespace nova_rt
