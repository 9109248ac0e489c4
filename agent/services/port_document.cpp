#include "services/port_document.hpp"

#include "base/text.hpp"
#include "services/bounded_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr const char* kWhere = "read vifs";
constexpr std::size_t kMaxPorts = 256;
constexpr std::size_t kDeviceNameBytes = 14; // NIC_NAME_LEN in nova/network/model.py

Result<std::string> text_or(const json& vif, const char* key, std::string fallback) {
    NOVA_RT_TRY_ASSIGN(text, read_text(vif, key, kWhere));
    return text.value_or(std::move(fallback));
}

Result<InterfaceKind> kind_of(const std::string& type) {
    if (type == "vhostuser") {
        return InterfaceKind::VhostUser;
    }
    if (type == "bridge") {
        return InterfaceKind::Bridge;
    }
    if (type == "ovs") {
        return InterfaceKind::OvsBridge;
    }
    if (type == "tap") {
        return InterfaceKind::Tap;
    }
    return fail(ErrorCode::Unsupported, std::string(kWhere) + ": type " + nova_rt::quoted(type) +
                                            " is none of vhostuser, bridge, ovs, tap");
}

Result<NetworkPort> read_port(const json& vif, unsigned number) {
    NOVA_RT_TRY(expect_object(vif, kWhere));
    NetworkPort port;
    NOVA_RT_TRY_ASSIGN(type, text_or(vif, "type", "vhostuser"));
    NOVA_RT_TRY_ASSIGN(kind, kind_of(type));
    port.kind = kind;
    NOVA_RT_TRY_ASSIGN(id, text_or(vif, "id", fmt::format("{:08d}-0000-4000-8000-000000000000", number)));
    NOVA_RT_TRY_ASSIGN(mac, text_or(vif, "mac", fmt::format("fa:16:3e:00:00:{:02x}", number)));
    NOVA_RT_TRY_ASSIGN(bridge, text_or(vif, "bridge", "br-int"));
    NOVA_RT_TRY_ASSIGN(vnic, text_or(vif, "vnic_type", "normal"));
    NOVA_RT_TRY_ASSIGN(mtu, read_integer(vif, "mtu", 1, 65535, kWhere));
    // os-vif calls an OVS vhost-user port "vhu...", and leaves Neutron's name to any other
    NOVA_RT_TRY_ASSIGN(ovs, text_or(vif, "ovs", "True"));
    const bool vhu = kind == InterfaceKind::VhostUser && (ovs == "True" || ovs == "true");
    NOVA_RT_TRY_ASSIGN(device, text_or(vif, "devname", (vhu ? "vhu" : "tap") + id));
    port.port_id = id;
    port.mac = mac;
    port.bridge = bridge;
    port.vnic_type = vnic;
    port.target_device = device.substr(0, kDeviceNameBytes);
    NOVA_RT_TRY_ASSIGN(create_tap, text_or(vif, "create_tap", "False"));
    port.os_vif_creates_tap =
        kind == InterfaceKind::OvsBridge && (create_tap == "True" || create_tap == "true");
    if (mtu) {
        port.mtu = static_cast<unsigned>(*mtu);
    }
    if (kind != InterfaceKind::VhostUser) {
        return port;
    }
    NOVA_RT_TRY_ASSIGN(path, text_or(vif, "path", fmt::format("/var/run/openvswitch/vhu{:08d}-00", number)));
    NOVA_RT_TRY_ASSIGN(mode, text_or(vif, "mode", "server"));
    if (mode != "server" && mode != "client") {
        return fail(ErrorCode::InvalidArgument, std::string(kWhere) + ": mode " + nova_rt::quoted(mode) +
                                                    " is neither server nor client");
    }
    port.socket_path = path;
    port.socket_mode = mode == "client" ? VhostUserMode::Client : VhostUserMode::Server;
    return port;
}

} // namespace

Result<std::vector<NetworkPort>> read_ports(const json& vifs) {
    std::vector<NetworkPort> ports;
    if (!vifs.is_array() && !vifs.empty()) {
        return fail(ErrorCode::InvalidArgument, std::string(kWhere) + ": not a list");
    }
    if (vifs.size() > kMaxPorts) {
        return fail(ErrorCode::InvalidArgument,
                    std::string(kWhere) + ": more than " + std::to_string(kMaxPorts) + " ports");
    }
    for (const json& vif : vifs) {
        NOVA_RT_TRY_ASSIGN(port, read_port(vif, static_cast<unsigned>(ports.size() + 1)));
        ports.push_back(std::move(port));
    }
    return ports;
}

} // namespace nova_rt
