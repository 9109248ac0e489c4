#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

TEST(Text, QuotesHostileTextSoThatNothingInterpretsIt) {
    EXPECT_EQ(quoted("plain"), "\"plain\"");
    EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(quoted("x\n\x1b[31m"), R"("x\x0a\x1b[31m")");
    EXPECT_EQ(quoted("\xff\xfe"), R"("\xff\xfe")");
    EXPECT_EQ(quoted("naïve"), "\"naïve\"");
    EXPECT_EQ(quoted("\u202Etxt"), R"("\xe2\x80\xaetxt")");
    EXPECT_EQ(quoted(std::string(100, 'a'), 4), "\"aaaa...\" (100 bytes)");
}

TEST(Text, PrintsPiecesOfUnknownOriginHarmlessly) {
    EXPECT_EQ(printable("a \"b\" \\c naïve"), "a \"b\" \\c naïve");
    EXPECT_EQ(printable("x\n\x1b[31m\xff\u202E"), R"(x\x0a\x1b[31m\xff\xe2\x80\xae)");
}

TEST(Text, KnowsWellFormedUtf8) {
    EXPECT_TRUE(is_valid_utf8("naïve €𝄞"));
    for (const std::string text : {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
        EXPECT_FALSE(is_valid_utf8(text));
    }
    EXPECT_FALSE(is_valid_utf8(std::string("a\0b", 3)));
}

TEST(Text, ParsesWholeNumbersOnly) {
    EXPECT_EQ(parse_number<unsigned>("42"), 42U);
    for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x10", "1.0", "99999999999999999999"}) {
        EXPECT_FALSE(parse_number<unsigned>(text)) << text;
    }
    EXPECT_EQ(parse_number<int>("-7"), -7);
}

TEST(Text, SplitsAndTrims) {
    EXPECT_THAT(split("a,,b", ','), testing::ElementsAre("a", "", "b"));
    EXPECT_THAT(split("", ','), testing::ElementsAre(""));
    EXPECT_EQ(trimmed(" \t a b\n"), "a b");
    EXPECT_EQ(trimmed(" \n"), "");
}

TEST(Text, SuggestsOnlyWhatIsNear) {
    const std::vector<std::string> keys = {"hw:cpu_policy", "hw:emulator_threads_policy"};
    EXPECT_EQ(nearest_match("hw:emulator_thread_policy", keys), "hw:emulator_threads_policy");
    EXPECT_EQ(nearest_match("hw:emulator_treads_policy", keys), "hw:emulator_threads_policy");
    EXPECT_EQ(nearest_match("quota:disk", keys), std::nullopt);
    EXPECT_EQ(nearest_match(std::string(1'000'000, 'x'), keys), std::nullopt);
}

} // namespace
} // namespace nova_rt
