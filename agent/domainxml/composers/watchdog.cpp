#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_watchdog(const DomainSpec& spec, XmlElement domain) {
    if (spec.request.watchdog_action) {
        domain.child_or_add("devices")
            .add_child("watchdog")
            .set_attribute("model", "i6300esb")
            .set_attribute("action", *spec.request.watchdog_action);
    }
    return {};
}

} // namespace nova_rt::composers
