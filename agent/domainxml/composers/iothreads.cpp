#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_iothreads(const DomainSpec& spec, XmlElement domain) {
    XmlElement iothreads = domain.child_or_add("iothreads");
    // One for every guest, with no disk attached to it, since Nova 33.0.0.
    if (spec.nova_release < 33) {
        iothreads.remove();
        return {};
    }
    iothreads.set_text(std::uint64_t{1});
    return {};
}

} // namespace nova_rt::composers
