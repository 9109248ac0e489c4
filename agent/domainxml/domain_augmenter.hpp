// Nova's XML in, the same domain with what `rt:` asks for out.
#pragma once

#include "base/result.hpp"
#include "model/flavor.hpp"
#include "model/pinning_plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

struct AugmentedDomain {
    std::string xml;
    std::vector<Reason> reasons; ///< one per `rt:` key that changes XML
};

/// Applies the flavor's `rt:` extra specs to a domain that Nova wrote. The XML is hostile text (see
/// XmlDocument::parse). Nova's pins stay, for its resource tracker counts on them; applying it twice gives
/// the same XML as once. `rt:` keys come from the flavor only: images belong to tenants.
[[nodiscard]] Result<AugmentedDomain> augment_domain_xml(std::string_view xml,
                                                         const Properties& flavor_extra_specs);

/// As above with the extra specs in the domain's own metadata, which Nova writes since 32.0.0.
[[nodiscard]] Result<AugmentedDomain> augment_domain_xml(std::string_view xml);

} // namespace nova_rt
