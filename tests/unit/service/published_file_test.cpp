#include "adapters/service/published_file.hpp"

#include "support/scratch_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace nova_rt {
namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

mode_t mode_of(const std::string& path) {
    struct stat facts{};
    return ::lstat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777 : 0;
}

TEST(PublishedFile, MakesItsDirectoryAndReplacesTheFile) {
    const test::ScratchDirectory scratch;
    const PublishedFile file(scratch.path("run/public/status.json"), "a-group-that-does-not-exist");
    ASSERT_TRUE(file.publish("one"));
    EXPECT_EQ(text_of(file.path()), "one");
    EXPECT_EQ(mode_of(file.path()), 0640U);
    EXPECT_EQ(mode_of(scratch.path("run/public")), 0750U);
    ASSERT_TRUE(file.publish("two"));
    EXPECT_EQ(text_of(file.path()), "two");
    const auto left = std::distance(std::filesystem::directory_iterator(scratch.path("run/public")),
                                    std::filesystem::directory_iterator());
    EXPECT_EQ(left, 1) << "no temporary file stays";
}

TEST(PublishedFile, ReplacesALinkInsteadOfFollowingIt) {
    const test::ScratchDirectory scratch;
    const std::string victim = scratch.write("victim", "precious");
    scratch.write("public/placeholder", "");
    std::filesystem::create_symlink(victim, scratch.path("public/status.json"));
    ASSERT_TRUE(PublishedFile(scratch.path("public/status.json"), "none").publish("new"));
    EXPECT_EQ(text_of(victim), "precious");
    EXPECT_EQ(text_of(scratch.path("public/status.json")), "new");
}

TEST(PublishedFile, SaysWhyItCannotPublish) {
    const test::ScratchDirectory scratch;
    const std::string file = scratch.write("file", "");
    const auto status = PublishedFile(file + "/public/status.json", "none").publish("x");
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message().find(file), std::string::npos);
}

} // namespace
} // namespace nova_rt
