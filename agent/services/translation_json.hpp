// An answer as JSON.
#pragma once

#include "services/json_writer.hpp"
#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace nova_rt {

/// An object. The names and meaning of its members are those of tests/nova_compat/oracle.py.
void write(JsonWriter& out, const Translation& translation);

/// pins, emulator_reserved, emulator_pins, sched, fitted_topology: members of the object that is open.
void write_members(JsonWriter& out, const PinningPlan& plan);

/// pins, emulator_reserved, emulator_pins only.
void write_placement(JsonWriter& out, const PinningPlan& plan);

/// All members of an answer.
void write_members(JsonWriter& out, const Translation& translation);

/// {stage, type, message, key, provenance, repair}.
void write(JsonWriter& out, const Refusal& refusal);

/// [{"severity": "info" or "warning", "subject", "text"}].
void write(JsonWriter& out, const std::vector<Reason>& reasons);

/// The same as parts of a document that is put together as a tree.
[[nodiscard]] nlohmann::json to_json(const CpuSet& cpus);
[[nodiscard]] nlohmann::json to_json(const Refusal& refusal);
[[nodiscard]] nlohmann::json to_json(const std::vector<Reason>& reasons);

} // namespace nova_rt
