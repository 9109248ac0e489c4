#include "domainxml/composers/composers.hpp"
#include "flavor/nova_values.hpp"

namespace nova_rt::composers {
namespace {

constexpr const char* kGuestAgent = "org.qemu.guest_agent.0";

} // namespace

/// The guest agent's channel. Source: LibvirtDriver._add_qga_device.
Status compose_channel(const DomainSpec& spec, XmlElement domain) {
    if (!lenient_bool(find_property(spec.image.properties, "hw_qemu_guest_agent").value_or("no"))) {
        return {};
    }
    XmlElement channel = domain.child_or_add("devices").add_child("channel").set_attribute("type", "unix");
    channel.add_child("source")
        .set_attribute("mode", "bind")
        .set_attribute("path", "/var/lib/libvirt/qemu/" + std::string(kGuestAgent) + "." +
                                   spec.identity.domain_name + ".sock");
    channel.add_child("target").set_attribute("type", "virtio").set_attribute("name", kGuestAgent);
    return {};
}

} // namespace nova_rt::composers
