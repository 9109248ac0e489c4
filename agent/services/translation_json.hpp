// An answer as JSON.
#pragma once

#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace nova_rt {

/// The names and meaning are those of tests/nova_compat/oracle.py.
[[nodiscard]] nlohmann::json to_json(const Translation& translation);

/// [{"severity": "info" or "warning", "subject", "text"}].
[[nodiscard]] nlohmann::json to_json(const std::vector<Reason>& reasons);

} // namespace nova_rt
