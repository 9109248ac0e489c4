// An answer as JSON.
#pragma once

#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

namespace nova_rt {

/// The names and meaning are those of tests/nova_compat/oracle.py.
[[nodiscard]] nlohmann::json to_json(const Translation& translation);

} // namespace nova_rt
