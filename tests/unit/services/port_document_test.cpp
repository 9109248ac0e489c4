#include "services/port_document.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;

TEST(PortDocument, NumbersWhatIsNotTold) {
    const auto ports = read_ports(
        json::parse(R"([{}, {"type": "vhostuser", "mode": "client", "path": "/run/x", "ovs": false},
        {"type": "ovs"}, {"type": "tap", "mac": "52:54:00:00:00:01", "mtu": 9000, "devname": "averyveryverylongname"}])"));
    ASSERT_TRUE(ports) << ports.error().message();
    ASSERT_EQ(ports->size(), 4U);
    EXPECT_EQ(ports->at(0).kind, InterfaceKind::VhostUser);
    EXPECT_EQ(ports->at(0).target_device, "vhu00000001-00");
    EXPECT_EQ(ports->at(0).mac, "fa:16:3e:00:00:01");
    EXPECT_EQ(ports->at(0).socket_path, "/var/run/openvswitch/vhu00000001-00");
    EXPECT_EQ(ports->at(0).socket_mode, VhostUserMode::Server);
    EXPECT_EQ(ports->at(1).target_device, "tap00000002-00");
    EXPECT_EQ(ports->at(1).socket_mode, VhostUserMode::Client);
    EXPECT_EQ(ports->at(2).kind, InterfaceKind::OvsBridge);
    EXPECT_EQ(ports->at(2).bridge, "br-int");
    EXPECT_EQ(ports->at(3).mtu, 9000U);
    EXPECT_EQ(ports->at(3).target_device, "averyveryveryl");
}

TEST(PortDocument, RefusesWhatNoComposerKnows) {
    for (const char* text :
         {R"({"a": 1})", R"([1])", R"([{"type": "hw_veb"}])", R"([{"mode": "both"}])", R"([{"mtu": 0}])"}) {
        EXPECT_FALSE(read_ports(json::parse(text))) << text;
    }
    EXPECT_FALSE(read_ports(json(std::vector<json>(300, json::object()))));
}

} // namespace
} // namespace nova_rt
