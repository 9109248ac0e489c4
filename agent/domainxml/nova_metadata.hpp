// <metadata><nova:instance>: what Nova writes about a guest into its XML.
#pragma once

#include "domainxml/xml_element.hpp"
#include "model/flavor.hpp"

#include <optional>
#include <string>

namespace nova_rt {

/// Source: nova/virt/libvirt/config.py, LibvirtConfigGuestMetaNovaInstance.
inline constexpr XmlNamespace kNovaNamespace{.prefix = "nova",
                                             .uri = "http://openstack.org/xmlns/libvirt/nova/1.1"};

/// What a domain's metadata says about the flavor. Image properties are in the metadata too and are not read:
/// they belong to the tenant.
struct FlavorMetadata {
    std::optional<std::string> name;
    Properties extra_specs; ///< Nova 32.0.0 and later
    std::string problem;    ///< why something was ignored, empty if nothing was
};

/// Never fails: the metadata is a comment on the domain, <cputune> is the promise.
[[nodiscard]] FlavorMetadata read_flavor_metadata(const XmlElement& domain);

} // namespace nova_rt
