#include "domainxml/vhost_user_ports.hpp"

#include <gtest/gtest.h>

namespace nova_rt {
namespace {

TEST(VhostUserPorts, AreReadInTheirOrder) {
    const auto ports = vhost_user_ports(
        "<domain><devices><interface type='bridge'/><interface type='vhostuser'><mac address='m'/>"
        "<source mode='client' path='/run/a'/></interface><interface type='vhostuser'><source mode='server' "
        "path='/run/b'/></interface><interface type='vhostuser'/></devices></domain>");
    ASSERT_TRUE(ports);
    ASSERT_EQ(ports->size(), 3U);
    EXPECT_EQ((*ports)[0].mac, "m");
    EXPECT_EQ((*ports)[0].socket_path, "/run/a");
    EXPECT_EQ((*ports)[0].socket_mode, VhostUserMode::Client);
    EXPECT_EQ((*ports)[1].socket_mode, VhostUserMode::Server);
    EXPECT_EQ((*ports)[2].socket_path, "");
}

TEST(VhostUserPorts, RefuseHostileXml) {
    EXPECT_FALSE(vhost_user_ports("<!DOCTYPE x><domain/>"));
    EXPECT_FALSE(vhost_user_ports(""));
    EXPECT_TRUE(vhost_user_ports("<domain/>")->empty());
}

} // namespace
} // namespace nova_rt
