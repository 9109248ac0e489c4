#include "isolation/checksum.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nova_rt::test {
namespace {

TEST(Crc32c, AgreesWithRfc3720) {
    EXPECT_EQ(crc32c(""), 0U);
    EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
}

} // namespace
} // namespace nova_rt::test
