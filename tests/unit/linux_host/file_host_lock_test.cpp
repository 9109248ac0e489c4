#include "adapters/linux_host/file_host_lock.hpp"

#include "support/scratch_directory.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace nova_rt::test {
namespace {

using std::chrono::milliseconds;

TEST(FileHostLockTest, ExcludesTheNextOneUntilItIsLetGo) {
    const ScratchDirectory directory;
    FileHostLock first(directory.path("lock"));
    FileHostLock second(directory.path("lock"));
    auto held = first.acquire(milliseconds(0));
    ASSERT_TRUE(held);
    EXPECT_EQ(second.acquire(milliseconds(5)).error().code(), ErrorCode::Timeout);
    held->reset();
    EXPECT_TRUE(second.acquire(milliseconds(0)));
}

TEST(FileHostLockTest, IsFreeWhenItsHolderIsKilled) {
    const ScratchDirectory directory;
    FileHostLock lock(directory.path("lock"));
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto held = lock.acquire(milliseconds(0));
        static_cast<void>(!::write(ready[1], "x", 1));
        ::pause();
        ::_exit(held ? 0 : 1);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_FALSE(lock.acquire(milliseconds(0)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(lock.acquire(milliseconds(0)));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(FileHostLockTest, FollowsNoLink) {
    const ScratchDirectory directory;
    std::filesystem::create_symlink(directory.path("elsewhere"), directory.path("lock"));
    FileHostLock lock(directory.path("lock"));
    EXPECT_FALSE(lock.acquire(milliseconds(0)));
    EXPECT_FALSE(std::filesystem::exists(directory.path("elsewhere")));
}

} // namespace
} // namespace nova_rt::test
