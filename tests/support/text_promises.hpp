// What the parsers of small texts promise, whatever the text is: used by fuzzers and property tests alike.
#pragma once

#include <string>
#include <string_view>

namespace nova_rt::test {

/// Every notation for CPUs: what is accepted stays within bounds and is read back as the same set.
/// Returns what does not hold, empty when all does.
[[nodiscard]] std::string broken_by_cpu_text(std::string_view text);

/// Numbers, page sizes and Nova's unit notation.
[[nodiscard]] std::string broken_by_size_text(std::string_view text);

} // namespace nova_rt::test
