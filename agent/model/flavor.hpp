// What Nova is asked for: a flavor, an image and network ports, as text that has not been judged yet.
#pragma once

#include "base/units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// Extra specs or image properties: key to value, both hostile text of bounded size.
using Properties = std::map<std::string, std::string>;

/// A Nova flavor. Source: nova/objects/flavor.py.
struct Flavor {
    std::string name;
    std::string id;
    std::uint64_t vcpus = 0;
    MiB memory;
    std::uint64_t root_gb = 0;
    std::uint64_t ephemeral_gb = 0;
    MiB swap;
    Properties extra_specs;
};

/// A Glance image as far as Nova reads it. Its properties belong to whoever uploaded it.
struct Image {
    std::string id;
    std::string name{}; // NOLINT(readability-redundant-member-init): g++ warns without it
    std::string container_format;
    std::string disk_format;
    Properties properties;
};

/// How a port reaches the guest.
enum class InterfaceKind {
    VhostUser, ///< unix socket to a user-space switch (OVS-DPDK); needs shared guest memory
    Tap,       ///< <interface type='ethernet'>, a tap device the host prepares
    Bridge,    ///< <interface type='bridge'>, Linux bridge
    OvsBridge, ///< <interface type='bridge'> with <virtualport type='openvswitch'>
};

/// Which side listens on a vhost-user socket; named after QEMU's role, as libvirt's mode attribute is.
enum class VhostUserMode { Client, Server };

struct NetworkPort {
    InterfaceKind kind = InterfaceKind::Tap;
    std::string mac;
    std::string target_device; ///< name of the tap or vhost-user device, may be empty
    std::string bridge;        ///< Bridge and OvsBridge
    std::string port_id;       ///< Neutron port, OvsBridge's interfaceid
    std::string socket_path;   ///< VhostUser
    VhostUserMode socket_mode = VhostUserMode::Server;
    std::string vnic_type = "normal";
    bool os_vif_creates_tap = false; ///< OvsBridge of Nova 33: ovs_create_tap in the port's binding
    std::optional<unsigned> mtu;
};

/// Who the guest is: written into the XML as data, never used as a path or command.
struct InstanceIdentity {
    std::string uuid;
    std::string domain_name; ///< libvirt's name, "instance-0000002a"
    std::string display_name;
    std::string project_id;
    std::string user_id;
};

} // namespace nova_rt
