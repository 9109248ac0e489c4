#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_identity(const DomainSpec& spec, XmlElement domain) {
    domain.set_attribute("type", domain_type(spec));
    domain.child_or_add("uuid").set_text(spec.identity.uuid);
    domain.child_or_add("name").set_text(spec.identity.domain_name);
    return {};
}

} // namespace nova_rt::composers
