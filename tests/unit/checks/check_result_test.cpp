#include "checks/check_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

TEST(CheckResult, TheWorstDecides) {
    EXPECT_EQ(worst_state({}), CheckState::Pass);
    EXPECT_EQ(worst_state({{.name = "a"}, {.name = "b", .state = CheckState::Warn}}), CheckState::Warn);
    EXPECT_EQ(
        worst_state({{.name = "a", .state = CheckState::Fail}, {.name = "b", .state = CheckState::Warn}}),
        CheckState::Fail);
}

TEST(CheckResult, ExplainsOnlyWhatIsWrong) {
    const auto text = to_text({{.name = "good", .seen = "fine"},
                               {.name = "bad",
                                .state = CheckState::Fail,
                                .expected = "x",
                                .seen = "y",
                                .source = "/proc/z",
                                .consequence = "noise",
                                .fix = "mend it"}});
    EXPECT_THAT(text, testing::HasSubstr("pass  good"));
    EXPECT_THAT(text, testing::HasSubstr("FAIL  bad"));
    for (const char* part : {"expected", "/proc/z", "noise", "mend it"}) {
        EXPECT_THAT(text, testing::HasSubstr(part));
    }
}

} // namespace
} // namespace nova_rt
