#include "adapters/config/ini_file.hpp"

#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

TEST(IniFile, ReadsSectionsCommentsAndValuesAsOsloDoes) {
    const auto settings = parse_ini("# comment\n; comment\n[agent]\nperiod_ms = 500\nuri=a;b#c\nempty =\n"
                                    "[api]\nport: 1\n",
                                    "f");
    ASSERT_TRUE(settings);
    ASSERT_EQ(settings->size(), 4U);
    EXPECT_EQ((*settings)[0].section, "agent");
    EXPECT_EQ((*settings)[0].key, "period_ms");
    EXPECT_EQ((*settings)[0].value, "500");
    EXPECT_EQ((*settings)[1].value, "a;b#c");
    EXPECT_EQ((*settings)[2].value, "");
    EXPECT_EQ((*settings)[3].section, "api");
}

TEST(IniFile, KeepsLinesLongerThanTheLibrarysDefault) {
    const std::string value(5000, 'x');
    const auto settings = parse_ini("[a]\nb = " + value + "\n", "f");
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->at(0).value, value);
}

TEST(IniFile, NamesTheLineItCannotRead) {
    const auto settings = parse_ini("[agent]\nperiod_ms = 1\nrubbish\n", "/etc/x.conf");
    ASSERT_FALSE(settings);
    EXPECT_THAT(settings.error().message(), HasSubstr("/etc/x.conf: line 3"));
    EXPECT_FALSE(parse_ini("[open\n", "f"));
    EXPECT_FALSE(parse_ini("a = \xff\n", "f"));
}

TEST(IniFile, RefusesHugeAndMissingFiles) {
    const test::ScratchDirectory scratch;
    EXPECT_EQ(read_config_file(scratch.write("big", std::string(2 << 20, '#'))).error().code(),
              ErrorCode::NoSpace);
    EXPECT_EQ(read_config_file(scratch.path("none")).error().code(), ErrorCode::NotFound);
    EXPECT_FALSE(read_config_file(scratch.path()));
}

} // namespace
} // namespace nova_rt
