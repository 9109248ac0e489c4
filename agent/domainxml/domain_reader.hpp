// Domain XML in, GuestDomain out: how the host side learns what a guest was promised.
#pragma once

#include "base/result.hpp"
#include "domainxml/xml_element.hpp"
#include "model/guest_domain.hpp"

#include <string_view>

namespace nova_rt {

/// Reads the XML of libvirt (hook stdin, dumpxml) or Nova. The text is hostile: see XmlDocument::parse.
/// Errors name the element and what is wrong with it. Metadata can't make it fail: a bad `rt:` value leaves
/// the default policy and says so in GuestDomain::policy_problem.
[[nodiscard]] Result<GuestDomain> read_guest_domain(std::string_view xml);

/// The same for a <domain> element inside another document.
[[nodiscard]] Result<GuestDomain> read_guest_domain(const XmlElement& domain);

} // namespace nova_rt
