#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_clock(const DomainSpec& spec, XmlElement domain) {
    // Nova asks the option, not the type the domain ends up with.
    if (spec.options.virt_type != "kvm") {
        return {};
    }
    XmlElement clock = domain.child_or_add("clock");
    clock.add_child("timer").set_attribute("name", "pit").set_attribute("tickpolicy", "delay");
    clock.add_child("timer").set_attribute("name", "rtc").set_attribute("tickpolicy", "catchup");
    if (is_x86(spec)) {
        clock.add_child("timer")
            .set_attribute("name", "hpet")
            .set_attribute("present", spec.request.hpet.value_or(false) ? "yes" : "no");
    }
    return {};
}

} // namespace nova_rt::composers
