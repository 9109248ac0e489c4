// A planned guest in, domain XML out.
#pragma once

#include "base/result.hpp"
#include "domainxml/domain_spec.hpp"
#include "domainxml/domain_template.hpp"

#include <string>

namespace nova_rt {

/// The XML Nova would give libvirt for this guest (see DomainSpec::nova_release), plus what `rt:` extra specs
/// of the flavor ask for, plus what the template adds. Refuses a spec that contradicts itself, and text that
/// XML cannot carry; every other text is written as data.
[[nodiscard]] Result<std::string> build_domain_xml(const DomainSpec& spec, const DomainTemplate& skeleton);

} // namespace nova_rt
