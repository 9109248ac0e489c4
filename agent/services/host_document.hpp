// A host described in JSON.
#pragma once

#include "base/result.hpp"
#include "model/host_topology.hpp"

#include <nlohmann/json_fwd.hpp>

namespace nova_rt {

/// {"arch", "cells": [{"id", "socket", "memory_mb", "siblings": [[0, 4], ...], "mempages": [{"size_kb",
/// "total"}]}], "online": [0, 1, ...]}. Without mempages all memory is in pages of 4 KiB; without online
/// every CPU is. Caches as read_caches() says.
[[nodiscard]] Result<HostTopology> read_host(const nlohmann::json& document);

} // namespace nova_rt
