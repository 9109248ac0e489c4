#include "domainxml/vhost_user_ports.hpp"

#include "domainxml/xml_document.hpp"

#include <utility>

namespace nova_rt {

Result<std::vector<NetworkPort>> vhost_user_ports(std::string_view xml) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(document, XmlDocument::parse(xml), "read vhost-user ports");
    std::vector<NetworkPort> ports;
    const auto devices = document.root().child("devices");
    for (const auto& interface : devices ? devices->children("interface") : std::vector<XmlElement>{}) {
        if (interface.attribute("type") != "vhostuser") {
            continue;
        }
        NetworkPort port;
        port.kind = InterfaceKind::VhostUser;
        const auto mac = interface.child("mac");
        port.mac = mac ? mac->attribute("address").value_or("") : "";
        port.port_id = port.mac;
        if (const auto source = interface.child("source")) {
            port.socket_path = source->attribute("path").value_or("");
            const bool client = source->attribute("mode") == "client";
            port.socket_mode = client ? VhostUserMode::Client : VhostUserMode::Server;
        }
        ports.push_back(std::move(port));
    }
    return ports;
}

} // namespace nova_rt
