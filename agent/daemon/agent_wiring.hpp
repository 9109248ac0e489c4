// Puts the agent together from its parts.
#pragma once

#include "adapters/config/product_config.hpp"
#include "adapters/logging/logger.hpp"
#include "base/result.hpp"

#include <string>

namespace nova_rt {

/// Runs until a signal asks to stop. An error means that the agent could not start.
[[nodiscard]] Status run_agent(const LoadedConfig& loaded, const std::string& version, Logger& logger);

} // namespace nova_rt
