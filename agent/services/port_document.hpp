// Network ports described in JSON.
#pragma once

#include "base/result.hpp"
#include "model/flavor.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace nova_rt {

/// [{"type": "vhostuser", "mode": "server" or "client", "path", "mac", "vnic_type", "ovs": true} or {"type":
/// "bridge" or "ovs", "bridge"} or {"type": "tap"}]. "mtu", "devname" and "id" are optional everywhere; ids,
/// MAC addresses and device names are numbered when they are missing.
[[nodiscard]] Result<std::vector<NetworkPort>> read_ports(const nlohmann::json& vifs);

} // namespace nova_rt
