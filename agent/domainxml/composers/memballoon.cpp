#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_memballoon(const DomainSpec& spec, XmlElement domain) {
    // Without statistics Nova writes no element at all, and libvirt then adds a balloon of its own.
    if (spec.options.mem_stats_period_seconds <= 0) {
        return {};
    }
    XmlElement balloon =
        domain.child_or_add("devices").add_child("memballoon").set_attribute("model", "virtio");
    if (spec.nova_release >= 32) {
        balloon.set_attribute("autodeflate", "on").set_attribute("freePageReporting", "on");
    }
    balloon.add_child("stats").set_attribute("period", std::to_string(spec.options.mem_stats_period_seconds));
    return {};
}

} // namespace nova_rt::composers
