#include "cli/vhost_user_sockets.hpp"

#include "base/unique_fd.hpp"
#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

namespace nova_rt::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

NetworkPort port_at(const std::string& path, VhostUserMode mode) {
    NetworkPort port;
    port.kind = InterfaceKind::VhostUser;
    port.port_id = "port-1";
    port.socket_path = path;
    port.socket_mode = mode;
    return port;
}

/// A socket file that nobody listens on: what a switch that ended leaves.
void make_socket(const std::string& path) {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(path.size(), sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bind(2)
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

TEST(VhostUserSockets, AMissingSocketOfTheSwitchIsNamedWithItsRepair) {
    const ScratchDirectory scratch;
    const auto path = scratch.path("vhu-b");
    EXPECT_THAT(vhost_user_socket_problems({port_at(path, VhostUserMode::Client)}),
                ElementsAre(AllOf(HasSubstr("port-1"), HasSubstr("mode client"), HasSubstr(path),
                                  HasSubstr("does not exist"), HasSubstr("type=dpdkvhostuser;"))));
    make_socket(path);
    EXPECT_THAT(vhost_user_socket_problems({port_at(path, VhostUserMode::Client)}), IsEmpty());
}

TEST(VhostUserSockets, WhatIsNoSocketIsNamedInBothModes) {
    const ScratchDirectory scratch;
    const auto file = scratch.write("file", "precious");
    EXPECT_THAT(vhost_user_socket_problems({port_at(file, VhostUserMode::Client)}),
                ElementsAre(HasSubstr("is a regular file")));
    EXPECT_THAT(vhost_user_socket_problems({port_at(file, VhostUserMode::Server)}),
                ElementsAre(AllOf(HasSubstr("is a regular file"), HasSubstr("would remove it"))));
    EXPECT_THAT(vhost_user_socket_problems({port_at(scratch.path(), VhostUserMode::Client)}),
                ElementsAre(HasSubstr("is a directory")));
}

TEST(VhostUserSockets, WhoListensNeedsTheDirectoryOnly) {
    const ScratchDirectory scratch;
    EXPECT_THAT(vhost_user_socket_problems({port_at(scratch.path("new"), VhostUserMode::Server)}), IsEmpty());
    make_socket(scratch.path("old"));
    EXPECT_THAT(vhost_user_socket_problems({port_at(scratch.path("old"), VhostUserMode::Server)}), IsEmpty())
        << "QEMU takes the place of a former one";
    EXPECT_THAT(vhost_user_socket_problems({port_at(scratch.path("absent/vhu"), VhostUserMode::Server)}),
                ElementsAre(AllOf(HasSubstr("absent/\" is no directory"), HasSubstr("mode server"))));
}

TEST(VhostUserSockets, PathsThatNoSocketCanHaveAreNamed) {
    const std::string path = "/" + std::string(107, 'x');
    EXPECT_THAT(vhost_user_socket_problems({port_at(path, VhostUserMode::Client)}),
                ElementsAre(HasSubstr("longer than the 107 bytes")));
}

TEST(VhostUserSockets, EveryPortIsLookedAtAndOtherKindsAreNot) {
    NetworkPort tap = port_at("/nowhere/tap", VhostUserMode::Client);
    tap.kind = InterfaceKind::Tap;
    EXPECT_THAT(vhost_user_socket_problems({port_at("/nowhere/a", VhostUserMode::Client), tap,
                                            port_at("/nowhere/b", VhostUserMode::Server)}),
                ElementsAre(HasSubstr("/nowhere/a"), HasSubstr("/nowhere/")));
}

} // namespace
} // namespace nova_rt::test
