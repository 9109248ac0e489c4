// Runs a program to its end, as a user would, and keeps what it said.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt::test {

struct Finished {
    int status =
        -1; ///< exit status; 128 + signal when killed; -1 when the deadline passed (and it was killed)
    std::string out;
    std::string err;
    std::chrono::microseconds wall{};
};

/// argv[0] is looked up in PATH. The child is killed when the deadline passes.
[[nodiscard]] Finished run(const std::vector<std::string>& argv, std::string_view input = {},
                           std::chrono::seconds deadline = std::chrono::seconds(60));

} // namespace nova_rt::test
