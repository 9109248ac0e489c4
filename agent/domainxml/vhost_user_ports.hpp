// The vhost-user ports of a domain.
#pragma once

#include "base/result.hpp"
#include "model/flavor.hpp"

#include <string_view>
#include <vector>

namespace nova_rt {

/// MAC address (also in place of the id, which the XML does not tell), socket path and mode of each
/// <interface type="vhostuser">, in the order of the document; what is not written stays empty. The XML is
/// hostile text: see XmlDocument::parse.
[[nodiscard]] Result<std::vector<NetworkPort>> vhost_user_ports(std::string_view xml);

} // namespace nova_rt
