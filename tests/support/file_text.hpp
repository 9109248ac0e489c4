// Whole files for tests.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace nova_rt::test {

/// The content of a file of the source tree; a test failure when it cannot be read.
inline std::string source_file_text(const std::string& path) {
    std::ifstream file(std::string(NOVA_RT_SOURCE_DIR) + "/" + path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace nova_rt::test
