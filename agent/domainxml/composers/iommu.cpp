#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

/// Source: LibvirtDriver._guest_add_iommu_device.
Status compose_iommu(const DomainSpec& spec, XmlElement domain) {
    if (!spec.request.viommu_model) {
        return {};
    }
    const bool q35 = machine_type(spec).find("q35") != std::string::npos;
    domain.child_or_add("devices")
        .add_child("iommu")
        .set_attribute("model", *spec.request.viommu_model)
        .add_child("driver")
        .set_attribute("intremap", "on")
        .set_attribute("caching_mode", "on")
        .set_attribute("aw_bits", "48")
        .set_attribute("eim", q35 ? "on" : "off")
        .set_attribute("iotlb", "on");
    return {};
}

} // namespace nova_rt::composers
