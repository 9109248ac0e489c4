// Collects the facts of this node and judges them.
#pragma once

#include "checks/check_result.hpp"
#include "isolation/isolation_engine.hpp"
#include "ports/host_reader.hpp"

#include <vector>

namespace nova_rt {

/// Every check of agent/checks on this node, as it is now. Needs neither agent nor libvirt.
[[nodiscard]] std::vector<CheckResult> examine_node(const IsolationEngine& engine, const HostReader& reader);

} // namespace nova_rt
