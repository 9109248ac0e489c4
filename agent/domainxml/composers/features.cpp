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
    return {};
}

} // namespace nova_rt::composers
