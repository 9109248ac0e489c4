// One function per element fills the template from the spec.
#pragma once

#include "base/result.hpp"
#include "domainxml/domain_spec.hpp"
#include "domainxml/xml_element.hpp"

#include <span>
#include <string_view>

namespace nova_rt {

/// Fills its element below the domain and removes it when the guest needs none. Deterministic; looks at
/// nothing but its arguments.
using ComposeFunction = Status (*)(const DomainSpec& spec, XmlElement domain);

struct Composer {
    std::string_view element; ///< path below <domain>, "" for <domain> itself
    ComposeFunction compose;
};

/// Every composer, in the order of the elements.
[[nodiscard]] std::span<const Composer> all_composers();

} // namespace nova_rt
