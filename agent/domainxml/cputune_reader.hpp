// <cputune>: who may run where, and at which priority.
#pragma once

#include "base/result.hpp"
#include "domainxml/xml_element.hpp"
#include "model/guest_domain.hpp"

namespace nova_rt {

/// Fills pins and scheduling of a guest whose vcpu_count is known. Several <vcpusched> elements are joined,
/// as libvirt splits what Nova wrote as one. Two promises about the same thread are refused, as libvirt does.
[[nodiscard]] Status read_cputune(const XmlElement& domain, GuestDomain& guest);

} // namespace nova_rt
