#include "adapters/linux_host/linux_host_writer.hpp"

#include "adapters/linux_host/linux_host_reader.hpp"
#include "support/scratch_directory.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

namespace nova_rt::test {
namespace {

TEST(LinuxHostWriterTest, ReplacesAnAttributesValue) {
    const ScratchDirectory host;
    host.write("mask", "ff,ffffffff\n");
    LinuxHostWriter writer(RootDirectory::open(host.path()).value());
    ASSERT_TRUE(writer.write("mask", "3"));
    EXPECT_EQ(LinuxHostReader(RootDirectory::open(host.path()).value()).read("mask").value(), "3");
}

TEST(LinuxHostWriterTest, CreatesNothing) {
    const ScratchDirectory host;
    LinuxHostWriter writer(RootDirectory::open(host.path()).value());
    EXPECT_EQ(writer.write("new", "1").error().code(), ErrorCode::NotFound);
    EXPECT_FALSE(std::filesystem::exists(host.path("new")));
}

TEST(LinuxHostWriterTest, TellsTheErrnoOfTheKernel) {
    LinuxHostWriter writer(RootDirectory::open("/").value());
    const Status status = writer.write("proc/version", "1");
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().system_errno(), 0);
    EXPECT_NE(status.error().message().find("write 1 to /proc/version"), std::string::npos);
}

TEST(LinuxHostWriterTest, FollowsNoLinkOutOfItsRoot) {
    const ScratchDirectory host;
    const ScratchDirectory outside;
    outside.write("victim", "1");
    std::filesystem::create_symlink(outside.path("victim"), host.path("link"));
    LinuxHostWriter writer(RootDirectory::open(host.path()).value());
    EXPECT_FALSE(writer.write("link", "2"));
}

} // namespace
} // namespace nova_rt::test
