// Counts what a piece of code allocates, so that a test can say "not by the size of a number".
#pragma once

#include <cstddef>

namespace nova_rt::test {

/// What this thread has taken from operator new since the last reset; giving back is not counted.
struct Allocations {
    std::size_t bytes = 0;
    std::size_t largest = 0;
};

void reset_allocations();
[[nodiscard]] Allocations allocations();

} // namespace nova_rt::test
