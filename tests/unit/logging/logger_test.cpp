#include "adapters/logging/logger.hpp"

#include <gtest/gtest.h>

namespace nova_rt {
namespace {

TEST(Logger, OneLineWhateverTheValuesHold) {
    EXPECT_EQ(
        format_logfmt(LogLevel::Warning, "lease has no guest", {{"domain", "instance-1"}, {"cpus", "2,3"}}),
        R"(level=warning msg="lease has no guest" domain=instance-1 cpus=2,3)");
    EXPECT_EQ(format_logfmt(LogLevel::Info, "a\nlevel=error msg=forged",
                            {{"name", "x\n\x1b[31m y"}, {"empty", ""}}),
              R"(level=info msg="a\x0alevel=error msg=forged" name="x\x0a\x1b[31m y" empty="")");
}

TEST(Logger, ValuesThatLookLikeFieldsAreQuoted) {
    EXPECT_EQ(format_logfmt(LogLevel::Info, "m", {{"k", "a=b"}, {"q", "\"x\""}}),
              R"(level=info msg="m" k="a=b" q="\"x\"")");
}

TEST(Logger, WritesToStderrFromItsLevelOn) {
    Logger logger("test", LogLevel::Warning);
    testing::internal::CaptureStderr();
    logger.log(LogLevel::Info, "quiet {}");
    logger.log(LogLevel::Error, "loud {}", {{"k", "{}"}});
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(text.find("quiet"), std::string::npos);
    EXPECT_NE(text.find("level=error msg=\"loud {}\" k={} prog=test\n"), std::string::npos) << text;
    EXPECT_EQ(text.rfind("ts=20", 0), 0U) << text;
}

} // namespace
} // namespace nova_rt
