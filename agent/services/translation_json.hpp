// An answer as JSON.
#pragma once

#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace nova_rt {

/// The names and meaning are those of tests/nova_compat/oracle.py.
[[nodiscard]] nlohmann::json to_json(const Translation& translation);

/// {pins, emulator_reserved, emulator_pins, sched, fitted_topology}.
[[nodiscard]] nlohmann::json to_json(const PinningPlan& plan);

/// {stage, type, message, key, provenance, repair}.
[[nodiscard]] nlohmann::json to_json(const Refusal& refusal);

/// A list of numbers.
[[nodiscard]] nlohmann::json to_json(const CpuSet& cpus);

/// [{"severity": "info" or "warning", "subject", "text"}].
[[nodiscard]] nlohmann::json to_json(const std::vector<Reason>& reasons);

} // namespace nova_rt
