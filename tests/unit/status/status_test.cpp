#include "model/status.hpp"

#include "support/status_samples.hpp"

#include <gtest/gtest.h>

namespace nova_rt {
namespace {

TEST(Status, StateIsTheWorstCheck) {
    StatusDocument status;
    EXPECT_EQ(status.state(), CheckState::Pass);
    status.checks = {{"a", CheckState::Fail, {}, ""}, {"b", CheckState::Warn, {}, ""}};
    EXPECT_EQ(status.state(), CheckState::Fail);
}

TEST(Status, SaysTheSameWhenOnlyTimesDiffer) {
    const StatusDocument status = test::sample_status();
    StatusDocument later = status;
    later.generation += 1;
    later.generated_at += std::chrono::seconds(5);
    later.checks[0].time += std::chrono::seconds(5);
    EXPECT_TRUE(status.says_the_same_as(later));
    later.domains[0].threads[0].affinity = CpuSet{2};
    EXPECT_FALSE(status.says_the_same_as(later));
}

TEST(Status, TimesKeepTheirMilliseconds) {
    for (const char* text :
         {"2026-11-22T00:30:00.123Z", "1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"}) {
        const auto time = from_iso8601(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(to_iso8601(*time), text);
    }
    EXPECT_EQ(from_iso8601("2026-11-22T00:30:00Z"), from_iso8601("2026-11-22T00:30:00.000Z"));
}

TEST(Status, RefusesWhatIsNoUtcTime) {
    for (const char* text : {"", "now", "2026-11-22", "2026-11-22T00:30:00", "2026-11-22T00:30:00+01:00",
                             "2026-13-22T00:30:00Z", "2026-02-30T00:30:00Z", "2026-11-22T00:30:00.Z",
                             "2026-11-22T00:30:00.1234567890Z", "2026-11-22T0a:30:00Z"}) {
        EXPECT_FALSE(from_iso8601(text)) << text;
    }
}

} // namespace
} // namespace nova_rt
