// Whole files for benchmarks and fuzzers, which do without gtest.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace nova_rt::test {

/// The content of a file; without it there is nothing to do.
inline std::string plain_file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::cerr << "cannot read " << path << '\n';
        std::abort();
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace nova_rt::test
