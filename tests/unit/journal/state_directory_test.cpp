#include "adapters/journal/state_directory.hpp"

#include "adapters/journal/file_journal_store.hpp"
#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace nova_rt::test {
namespace {

namespace fs = std::filesystem;

fs::perms mode_of(const std::string& path) {
    return fs::status(path).permissions();
}

TEST(StateDirectoryTest, IsCreatedForItsOwnerOnly) {
    const ScratchDirectory scratch;
    ASSERT_TRUE(StateDirectory::open(scratch.path("nova-rt/private")));
    EXPECT_EQ(mode_of(scratch.path("nova-rt/private")), fs::perms::owner_all);
    ASSERT_TRUE(StateDirectory::open(scratch.path("nova-rt/private"))) << "a second time";
}

TEST(StateDirectoryTest, ClosesADirectoryOthersCanReadAndRefusesOneTheyCanWrite) {
    const ScratchDirectory scratch;
    const std::string path = scratch.path("private");
    fs::create_directory(path);
    ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
    ASSERT_TRUE(StateDirectory::open(path));
    EXPECT_EQ(mode_of(path), fs::perms::owner_all);
    ASSERT_EQ(::chmod(path.c_str(), 0770), 0);
    EXPECT_EQ(StateDirectory::open(path).error().code(), ErrorCode::PermissionDenied);
}

TEST(StateDirectoryTest, IsNeverALink) {
    const ScratchDirectory scratch;
    fs::create_directory(scratch.path("real"));
    fs::create_symlink("real", scratch.path("link"));
    EXPECT_FALSE(StateDirectory::open(scratch.path("link")));
}

TEST(StateDirectoryTest, ReplacesAFileAsAWholeForItsOwnerOnly) {
    const ScratchDirectory scratch;
    const auto directory = StateDirectory::open(scratch.path("private"));
    ASSERT_TRUE(directory->replace("journal", "one"));
    ASSERT_TRUE(directory->replace("journal", "two"));
    EXPECT_EQ(directory->read("journal").value(), "two");
    EXPECT_EQ(mode_of(scratch.path("private/journal")), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_THAT(directory->list().value(), testing::ElementsAre("journal"));
}

TEST(StateDirectoryTest, FollowsNoLinkInside) {
    const ScratchDirectory scratch;
    const auto directory = StateDirectory::open(scratch.path("private"));
    scratch.write("victim", "1");
    fs::create_symlink("../victim", scratch.path("private/journal"));
    EXPECT_FALSE(directory->read("journal"));
    ASSERT_TRUE(directory->replace("journal", "2"));
    EXPECT_EQ(fs::file_size(scratch.path("victim")), 1U);
    EXPECT_FALSE(fs::is_symlink(scratch.path("private/journal")));
}

TEST(StateDirectoryTest, OverwritesTheTemporaryFileOfAKilledProcess) {
    const ScratchDirectory scratch;
    const auto directory = StateDirectory::open(scratch.path("private"));
    scratch.write("private/.new." + std::to_string(::getpid()) + ".journal", "torn");
    ASSERT_TRUE(directory->replace("journal", "whole"));
    EXPECT_EQ(directory->read("journal").value(), "whole");
    EXPECT_THAT(directory->list().value(), testing::ElementsAre("journal"));
}

TEST(StateDirectoryTest, RemovesTemporaryFilesOfKilledProcessesOnly) {
    const ScratchDirectory scratch;
    const auto directory = StateDirectory::open(scratch.path("private"));
    const pid_t ended = ::fork();
    if (ended == 0) {
        ::_exit(0);
    }
    ::waitpid(ended, nullptr, 0);
    const std::string left = scratch.write("private/.new." + std::to_string(ended) + ".journal", "torn");
    const std::string alive = scratch.write("private/.new." + std::to_string(::getppid()) + ".journal", "?");
    ASSERT_TRUE(directory->replace("journal", "whole"));
    EXPECT_FALSE(fs::exists(left));
    EXPECT_TRUE(fs::exists(alive));
}

TEST(StateDirectoryTest, RemovesWhatMayBeMissing) {
    const ScratchDirectory scratch;
    const auto directory = StateDirectory::open(scratch.path("private"));
    EXPECT_TRUE(directory->remove("journal"));
    EXPECT_EQ(directory->read("journal").value(), std::nullopt);
}

TEST(FileJournalStoreTest, SetsTheJournalAside) {
    const ScratchDirectory scratch;
    FileJournalStore store(StateDirectory::open(scratch.path("private")).value());
    ASSERT_TRUE(store.store("torn"));
    ASSERT_TRUE(store.set_aside());
    EXPECT_EQ(store.load().value(), std::nullopt);
    EXPECT_TRUE(fs::exists(scratch.path("private/journal.damaged")));
    EXPECT_TRUE(store.clear());
}

} // namespace
} // namespace nova_rt::test
