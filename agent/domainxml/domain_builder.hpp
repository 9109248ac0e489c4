// A planned guest in, domain XML out.
#pragma once

#include "base/result.hpp"
#include "domainxml/domain_spec.hpp"
#include "domainxml/domain_template.hpp"
#include "model/judgement.hpp"

#include <string>
#include <vector>

namespace nova_rt {

struct BuiltDomain {
    std::string xml;
    std::vector<Reason> reasons; ///< what the `rt:` keys did, see apply_realtime_additions()
};

/// The XML Nova would give libvirt for this guest (see DomainSpec::nova_release), plus what `rt:` extra specs
/// of the flavor ask for, plus what the template adds. An Error for a spec that contradicts itself and for
/// text that XML cannot carry, every other text is written as data; a Refusal for `rt:` keys that cannot be
/// followed.
[[nodiscard]] Result<Judged<BuiltDomain>> build_domain(const DomainSpec& spec,
                                                       const DomainTemplate& skeleton);

/// build_domain() without the reasons; a Refusal becomes an Error of code Refused.
[[nodiscard]] Result<std::string> build_domain_xml(const DomainSpec& spec, const DomainTemplate& skeleton);

} // namespace nova_rt
