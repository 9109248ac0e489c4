// What is in force for one guest right now, read from the host.
#pragma once

#include "base/result.hpp"
#include "isolation/engine_ports.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"

#include <map>

namespace nova_rt {

/// Grade and causes for a guest that has a lease. `leases` are those of all guests.
[[nodiscard]] Result<Verification> verify_lease(const EnginePorts& ports, const Lease& guest,
                                                const std::map<DomainUuid, Lease>& leases);

} // namespace nova_rt
