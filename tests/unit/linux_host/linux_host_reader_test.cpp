#include "adapters/linux_host/linux_host_reader.hpp"

#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

namespace nova_rt::test {
namespace {

struct LinuxHostReaderTest : testing::Test {
    ScratchDirectory host;
    ScratchDirectory outside;
    LinuxHostReader reader{RootDirectory::open(host.path()).value()};
};

TEST_F(LinuxHostReaderTest, ReadsAFileWithoutTrailingWhiteSpace) {
    host.write("proc/irq/24/smp_affinity_list", "0-3\n");
    EXPECT_EQ(reader.read("proc/irq/24/smp_affinity_list").value(), "0-3");
    host.write("empty", "\n");
    EXPECT_EQ(reader.read("empty").value(), "");
}

TEST_F(LinuxHostReaderTest, SaysNotFoundForWhatIsNotThere) {
    EXPECT_EQ(reader.read("proc/nothing").error().code(), ErrorCode::NotFound);
    EXPECT_EQ(reader.list("proc/nothing").error().code(), ErrorCode::NotFound);
    EXPECT_FALSE(reader.exists("proc/nothing"));
}

TEST_F(LinuxHostReaderTest, RefusesAFileThatIsLongerThanItsLimit) {
    host.write("long", std::string(10'000, 'x'));
    EXPECT_EQ(reader.read("long", 9'999).error().code(), ErrorCode::NoSpace);
    EXPECT_EQ(reader.read("long", 10'000).value().size(), 10'000U);
}

TEST_F(LinuxHostReaderTest, ListsNamesInOrder) {
    for (const char* name : {"d/b", "d/a", "d/10"}) {
        host.write(name, "");
    }
    EXPECT_THAT(reader.list("d").value(), testing::ElementsAre("10", "a", "b"));
}

TEST_F(LinuxHostReaderTest, LeavesItsRootNeitherByDotsNorByLinks) {
    outside.write("secret", "42");
    host.write("inside", "1");
    std::filesystem::create_symlink(outside.path("secret"), host.path("link"));
    std::filesystem::create_symlink("/inside", host.path("absolute"));
    EXPECT_FALSE(reader.read("link"));
    EXPECT_FALSE(reader.read(".." + outside.path("secret")));
    EXPECT_FALSE(reader.read("../../../../../../.." + outside.path("secret")));
    EXPECT_EQ(reader.read("absolute").value(), "1");
    EXPECT_EQ(reader.read("../../inside").value(), "1");
    EXPECT_EQ(reader.read_link("link").value(), outside.path("secret"));
}

TEST_F(LinuxHostReaderTest, FollowsNoMagicLinkOfProc) {
    const LinuxHostReader machine(RootDirectory::open("/").value());
    EXPECT_TRUE(machine.read("proc/self/stat"));
    EXPECT_EQ(machine.read("proc/self/exe").error().system_errno(), ELOOP);
    EXPECT_FALSE(machine.read("proc/self/root/etc/hostname"));
}

} // namespace
} // namespace nova_rt::test
