#include "isolation/document.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

TEST(Document, OpensWhatItSealed) {
    const std::string document = seal_document("nova-rt-x", 3, "{}\n");
    EXPECT_EQ(open_document("nova-rt-x", 3, document).value(), "{}\n");
}

TEST(Document, RecognisesEveryFlippedBit) {
    const std::string document = seal_document("nova-rt-x", 3, R"({"a": 1})");
    for (std::size_t byte = 0; byte < document.size(); ++byte) {
        std::string damaged = document;
        damaged[byte] = static_cast<char>(damaged[byte] ^ 4);
        EXPECT_FALSE(open_document("nova-rt-x", 3, damaged)) << byte;
    }
}

TEST(Document, TellsAnotherVersionFromDamage) {
    EXPECT_EQ(open_document("nova-rt-x", 3, seal_document("nova-rt-x", 4, "")).error().code(),
              ErrorCode::Unsupported);
    for (const char* text : {"", "\n", "nova-rt-x", "nova-rt-x 3\n{}", "nova-rt-y 3 crc32c 00000000\n",
                             "nova-rt-x -1 crc32c 0\n"}) {
        EXPECT_EQ(open_document("nova-rt-x", 3, text).error().code(), ErrorCode::Corrupt) << text;
    }
}

} // namespace
} // namespace nova_rt::test
