#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_memory(const DomainSpec& spec, XmlElement domain) {
    // KiB is libvirt's unit when none is named.
    domain.child_or_add("memory").set_text(to_kib(spec.request.memory).value);
    return {};
}

} // namespace nova_rt::composers
