// How a fuzz target fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace nova_rt::test {

/// Ends the process when something is broken, which libFuzzer reports with the input.
inline void must_hold(const std::string& broken) {
    if (!broken.empty()) {
        std::cerr << "broken promise: " << broken << '\n';
        std::abort();
    }
}

} // namespace nova_rt::test
