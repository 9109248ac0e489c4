#include "domainxml/composers/composers.hpp"
#include "flavor/nova_values.hpp"

namespace nova_rt::composers {
namespace {

/// Whether the machine has PCI Express slots that Nova lets an operator count.
bool has_pcie(const DomainSpec& spec) {
    const std::string machine = machine_type(spec);
    return is_x86(spec) ? machine.find("q35") != std::string::npos : machine.starts_with("virt");
}

} // namespace

Status compose_controller(const DomainSpec& spec, XmlElement domain) {
    XmlElement devices = domain.child_or_add("devices");
    const unsigned ports = has_pcie(spec) ? spec.options.num_pcie_ports.value_or(0) : 0;
    if (ports > 0) {
        devices.add_child("controller").set_attribute("type", "pci").set_attribute("model", "pcie-root");
    }
    for (unsigned port = 0; port < ports; ++port) {
        devices.add_child("controller").set_attribute("type", "pci").set_attribute("model", "pcie-root-port");
    }
    if (const auto model = find_property(spec.image.properties, "hw_scsi_model")) {
        devices.add_child("controller")
            .set_attribute("type", "scsi")
            .set_attribute("index", "0")
            .set_attribute("model", *model);
    }
    // libvirt adds a USB controller to x86 guests unless told that there is none.
    devices.add_child("controller")
        .set_attribute("type", "usb")
        .set_attribute("index", "0")
        .set_attribute("model", "none");
    return {};
}

} // namespace nova_rt::composers
