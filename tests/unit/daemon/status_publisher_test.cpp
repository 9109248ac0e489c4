#include "daemon/status_publisher.hpp"

#include "model/status_json.hpp"
#include "support/scratch_directory.hpp"
#include "support/status_samples.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;

class SteppedClock final : public Clock {
public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return test::sample_time(); }

    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override { return steady; }

    std::chrono::steady_clock::time_point steady{};
};

class StatusPublisherTest : public testing::Test {
protected:
    StatusPublisher publisher() { return {PublishedFile(path_, "none"), clock_, 5s}; }

    /// 0 when nothing is published.
    [[nodiscard]] std::uint64_t published_generation() const {
        std::ifstream file(path_);
        const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        const auto status = decode_status(text);
        return status ? status->generation : 0;
    }

    test::ScratchDirectory scratch_;
    std::string path_ = scratch_.path("public/status.json");
    SteppedClock clock_;
};

TEST_F(StatusPublisherTest, CountsWhatIsNewAndNothingElse) {
    StatusPublisher publisher = this->publisher();
    StatusDocument status = test::sample_status();
    ASSERT_TRUE(publisher.publish(status));
    EXPECT_EQ(published_generation(), 1U);
    clock_.steady += 10s;
    status.generated_at += 10s;
    ASSERT_TRUE(publisher.publish(status));
    EXPECT_EQ(published_generation(), 1U) << "the time alone is no news";
    status.domains.clear();
    ASSERT_TRUE(publisher.publish(status));
    EXPECT_EQ(published_generation(), 2U);
}

TEST_F(StatusPublisherTest, RenewsTheDocumentOnlyWhenItIsDue) {
    StatusPublisher publisher = this->publisher();
    ASSERT_TRUE(publisher.publish(test::sample_status()));
    std::filesystem::remove(path_);
    clock_.steady += 4s;
    ASSERT_TRUE(publisher.publish(test::sample_status()));
    EXPECT_EQ(published_generation(), 0U);
    clock_.steady += 1s;
    ASSERT_TRUE(publisher.publish(test::sample_status()));
    EXPECT_EQ(published_generation(), 1U);
}

TEST_F(StatusPublisherTest, GoesOnCountingAfterARestart) {
    StatusPublisher first = publisher();
    ASSERT_TRUE(first.publish(test::sample_status()));
    StatusPublisher second = publisher();
    ASSERT_TRUE(second.publish(test::sample_status()));
    EXPECT_EQ(published_generation(), 2U);
}

TEST_F(StatusPublisherTest, AFailedPublicationIsTriedAgain) {
    StatusPublisher publisher = this->publisher();
    scratch_.write("public", "a file where the directory should be");
    EXPECT_FALSE(publisher.publish(test::sample_status()));
    std::filesystem::remove(scratch_.path("public"));
    EXPECT_TRUE(publisher.publish(test::sample_status()));
    EXPECT_EQ(published_generation(), 1U);
}

} // namespace
} // namespace nova_rt
