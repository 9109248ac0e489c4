#include "domainxml/realtime_additions.hpp"

#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_realtime_additions(const DomainSpec& spec, XmlElement domain) {
    NOVA_RT_TRY(apply_realtime_additions(spec.flavor.extra_specs, domain));
    return {};
}

} // namespace nova_rt::composers
