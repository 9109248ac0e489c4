#include "base/text.hpp"
#include "domainxml/composers/composers.hpp"

#include <algorithm>
#include <initializer_list>

namespace nova_rt::composers {
namespace {

/// From this release on libvirt neither makes nor removes a tap device.
constexpr unsigned kSinceUnmanagedTaps = 33;

/// What <driver> says. Source: nova/virt/libvirt/vif.py, get_base_config.
struct Driver {
    std::string name; ///< empty: not written
    std::optional<std::uint64_t> queues;
    std::optional<unsigned> rx_queue_size;
    std::optional<unsigned> tx_queue_size;
    bool packed = false;
};

std::string model_of(const DomainSpec& spec) {
    const auto found = spec.image.properties.find("hw_vif_model");
    return found == spec.image.properties.end() ? "virtio" : found->second;
}

Driver choose_driver(const DomainSpec& spec, const NetworkPort& port) {
    Driver driver;
    const bool vhost_user = port.kind == InterfaceKind::VhostUser;
    if (model_of(spec) != "virtio") {
        if (vhost_user) { // Nova gives the ring sizes to any model
            driver.rx_queue_size = spec.options.rx_queue_size;
            driver.tx_queue_size = spec.options.tx_queue_size;
        }
        return driver;
    }
    driver.rx_queue_size = spec.options.rx_queue_size;
    driver.packed = spec.nova_release >= 27 && spec.request.packed_ring;
    if (spec.options.virt_type == "qemu") {
        driver.name = "qemu";
    }
    if (spec.options.virt_type == "kvm" && spec.request.multiqueue) {
        driver.name = "vhost";
        driver.queues = std::min<std::uint64_t>(spec.request.vcpus,
                                                spec.options.max_queues.value_or(static_cast<unsigned>(-1)));
    }
    if (driver.name.empty() && spec.options.rx_queue_size) {
        driver.name = "vhost"; // without a name Nova would write no <driver>, and lose the size
    }
    if (vhost_user) {
        driver.name.clear();
        driver.tx_queue_size = spec.options.tx_queue_size; // the kernel's vhost cannot change it
    }
    return driver;
}

void set_number(XmlElement element, const char* name, std::optional<std::uint64_t> value) {
    if (value) {
        element.set_attribute(name, *value);
    }
}

void add_driver(const Driver& driver, XmlElement interface) {
    XmlElement element = interface.child_or_add("driver");
    if (!driver.name.empty()) {
        element.set_attribute("name", driver.name);
    }
    set_number(element, "queues", driver.queues);
    set_number(element, "rx_queue_size", driver.rx_queue_size);
    set_number(element, "tx_queue_size", driver.tx_queue_size);
    if (driver.packed) {
        element.set_attribute("packed", "on");
    }
    remove_if_empty(element);
}

void add_vhost_user_source(const NetworkPort& port, XmlElement interface) {
    XmlElement source = interface.child_or_add("source");
    const bool client = port.socket_mode == VhostUserMode::Client;
    source.set_attribute("type", "unix")
        .set_attribute("mode", client ? "client" : "server")
        .set_attribute("path", port.socket_path);
    // Who listens waits for the other side anyway; libvirt refuses <reconnect> there.
    if (auto reconnect = source.child("reconnect"); reconnect && !client) {
        reconnect->remove();
    }
}

void add_mtu(const NetworkPort& port, XmlElement interface) {
    if (port.mtu) {
        interface.add_child("mtu").set_attribute("size", std::uint64_t{*port.mtu});
    }
}

void add_bandwidth_direction(const DomainSpec& spec, const std::string& direction, XmlElement bandwidth) {
    const auto& quota = spec.request.vif_quota;
    // Nova writes nothing for a direction without an average, whatever its peak and burst.
    if (!quota.contains("vif_" + direction + "_average")) {
        return;
    }
    XmlElement element = bandwidth.add_child(direction.c_str());
    for (const char* what : {"average", "peak", "burst"}) {
        if (const auto found = quota.find("vif_" + direction + "_" + what); found != quota.end()) {
            element.set_attribute(what, std::to_string(found->second));
        }
    }
}

void add_backend(const DomainSpec& spec, const NetworkPort& port, XmlElement interface) {
    if (port.kind == InterfaceKind::VhostUser) {
        add_vhost_user_source(port, interface);
    } else {
        if (port.kind != InterfaceKind::Tap && !port.os_vif_creates_tap) {
            interface.add_child("source").set_attribute("bridge", port.bridge);
        }
        add_mtu(port, interface);
    }
    if (!port.target_device.empty()) {
        interface.child_or_add("target").set_attribute("dev", port.target_device);
    }
    if (port.kind == InterfaceKind::OvsBridge && !port.os_vif_creates_tap) {
        interface.add_child("virtualport")
            .set_attribute("type", "openvswitch")
            .add_child("parameters")
            .set_attribute("interfaceid", port.port_id);
    }
    if (port.kind != InterfaceKind::VhostUser) { // libvirt cannot limit a vhost-user port
        const XmlElement bandwidth = interface.add_child("bandwidth");
        add_bandwidth_direction(spec, "inbound", bandwidth);
        add_bandwidth_direction(spec, "outbound", bandwidth);
        remove_if_empty(bandwidth);
    }
}

const char* type_of(InterfaceKind kind) {
    switch (kind) {
    case InterfaceKind::VhostUser:
        return "vhostuser";
    case InterfaceKind::Tap:
        return "ethernet";
    case InterfaceKind::Bridge:
    case InterfaceKind::OvsBridge:
        return "bridge";
    }
    return "ethernet";
}

Status check_port(const NetworkPort& port) {
    if (port.vnic_type != "normal") {
        return fail(ErrorCode::Unsupported, "port " + quoted(port.port_id) + " has vnic_type " +
                                                quoted(port.vnic_type) + ": only normal ports are composed");
    }
    if (port.kind == InterfaceKind::VhostUser && !port.socket_path.starts_with('/')) {
        return fail(ErrorCode::InvalidArgument, "vhost-user port " + quoted(port.port_id) +
                                                    " has the socket path " + quoted(port.socket_path) +
                                                    ", not an absolute path");
    }
    return {};
}

} // namespace

Status compose_interface(const DomainSpec& spec, XmlElement domain) {
    XmlElement devices = domain.child_or_add("devices");
    const auto pattern = devices.child("interface");
    for (const auto& port : spec.ports) {
        NOVA_RT_TRY(check_port(port));
        const bool from_pattern = pattern && port.kind == InterfaceKind::VhostUser;
        XmlElement interface = from_pattern ? devices.add_copy(*pattern) : devices.add_child("interface");
        interface.set_attribute("type", port.os_vif_creates_tap ? "ethernet" : type_of(port.kind));
        if (spec.nova_release >= kSinceUnmanagedTaps &&
            (port.kind == InterfaceKind::Tap || port.os_vif_creates_tap)) {
            interface.child_or_add("target").set_attribute("managed", "no");
        }
        interface.add_child("mac").set_attribute("address", port.mac);
        interface.add_child("model").set_attribute("type", model_of(spec));
        add_driver(choose_driver(spec, port), interface);
        add_backend(spec, port, interface);
    }
    if (pattern) {
        XmlElement(*pattern).remove();
    }
    return {};
}

} // namespace nova_rt::composers
