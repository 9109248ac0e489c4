#include "adapters/service/signal_queue.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace nova_rt {
namespace {

TEST(SignalQueue, QueuesABlockedSignalInsteadOfDyingOfIt) {
    auto queue = SignalQueue::block({SIGUSR1, SIGTERM});
    ASSERT_TRUE(queue);
    EXPECT_EQ(queue->next(), std::nullopt);
    ::raise(SIGTERM);
    EXPECT_EQ(queue->next(), SIGTERM);
    EXPECT_EQ(queue->next(), std::nullopt);
}

} // namespace
} // namespace nova_rt
