#include "flavor/isolation_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

TEST(IsolationPolicy, DefaultsToBestEffortForARealtimeGuestAndOffOtherwise) {
    EXPECT_EQ(isolation_policy({}, {1, 2}),
              (IsolationPolicy{.mode = IsolationMode::BestEffort, .min_grade = Grade::C}));
    EXPECT_EQ(isolation_policy({}, {}), (IsolationPolicy{.mode = IsolationMode::Off, .min_grade = Grade::C}));
}

TEST(IsolationPolicy, TakesWhatTheFlavorSays) {
    EXPECT_EQ(isolation_policy({{"rt:isolation", "required"}, {"rt:min_grade", "A"}}, {1}),
              (IsolationPolicy{.mode = IsolationMode::Required, .min_grade = Grade::A}));
    EXPECT_EQ(isolation_policy({{"rt:isolation", "off"}}, {1})->mode, IsolationMode::Off);
    EXPECT_EQ(isolation_policy({{"rt:isolation", "best_effort"}}, {})->mode, IsolationMode::BestEffort);
}

TEST(IsolationPolicy, RefusesAValueThatNovaLetThroughUnread) {
    for (const char* value : {"", "Required", "requierd", "1", "required "}) {
        const auto policy = isolation_policy({{"rt:isolation", value}}, {1});
        ASSERT_FALSE(policy) << value;
        EXPECT_EQ(policy.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(policy.error().message(), HasSubstr("rt:isolation"));
        EXPECT_THAT(policy.error().message(), HasSubstr("off, best_effort, required"));
    }
    for (const char* value : {"F", "a", "D"}) {
        EXPECT_FALSE(isolation_policy({{"rt:min_grade", value}}, {1})) << value;
    }
}

} // namespace
} // namespace nova_rt
