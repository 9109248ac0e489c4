// What libvirt runs, asked once.
#pragma once

#include "ports/domain_inventory.hpp"

#include <chrono>
#include <string>

namespace nova_rt {

/// libvirt's active domains with their live XML. A connection that cannot be had, or an answer that takes
/// longer than the deadline, is DomainSnapshot::error; waits for twice the deadline at most.
[[nodiscard]] DomainSnapshot ask_active_domains(const std::string& uri, std::chrono::milliseconds deadline);

} // namespace nova_rt
