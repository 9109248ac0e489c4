// How far a guest has come, by a file that it adds a line to whenever it got something done: its serial
// console.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace nova_rt::noise {

struct Progress {
    std::int64_t opening = 0;
    std::int64_t closing = 0;
};

/// The number of complete lines in the file.
[[nodiscard]] Result<std::int64_t> read_progress(const std::string& path);

} // namespace nova_rt::noise
