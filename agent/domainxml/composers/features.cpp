#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_features(const DomainSpec& spec, XmlElement domain) {
    XmlElement features = domain.child_or_add("features");
    if (spec.request.hide_hypervisor) {
        features.add_child("kvm").add_child("hidden").set_attribute("state", "on");
    }
    if (spec.request.pmu) {
        features.add_child("pmu").set_attribute("state", *spec.request.pmu ? "on" : "off");
    }
    if (spec.request.viommu_model) {
        features.add_child("ioapic").set_attribute("driver", "qemu");
    }
    if (spec.firmware && spec.firmware->needs_smm) {
        features.add_child("smm").set_attribute("state", "on");
    }
    return {};
}

} // namespace nova_rt::composers
