// How far a guest has come, by a file that its owner keeps: a serial log, or a counter.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace nova_rt::noise {

struct Progress {
    std::int64_t opening = 0;
    std::int64_t closing = 0;
};

/// The number on the last complete line that is a decimal number and nothing else; 0 when there is none yet.
[[nodiscard]] std::int64_t last_count(std::string_view text);

/// last_count() of the file's last 64 KiB.
[[nodiscard]] Result<std::int64_t> read_progress(const std::string& path);

} // namespace nova_rt::noise
