// The meter's documents.
#pragma once

#include "base/result.hpp"

#include "node/noise/meter/load_run.hpp"
#include "node/noise/meter/measurement.hpp"
#include "node/noise/meter/progress.hpp"
#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace nova_rt::noise {

inline constexpr const char* kMeasurementFormat = "nova-rt-noise/1";

/// What a measurement document says besides the measurement.
struct MeasurementFrame {
    std::string label;
    std::string kernel; ///< uname -r
    CpuSet cpus;
    CpuSet meter_cpus; ///< where the meter itself ran
    std::optional<LoadResult> load;
    std::optional<Progress> progress; ///< of the guest
};

[[nodiscard]] nlohmann::json to_json(const Measurement& measurement, const MeasurementFrame& frame);

/// Indented, with a newline at its end; bytes that are not UTF-8 (a task's name) are replaced.
[[nodiscard]] std::string to_text(const nlohmann::json& document);

/// A JSON object from a file; Corrupt for anything else.
[[nodiscard]] Result<nlohmann::json> read_document(const std::string& path);

} // namespace nova_rt::noise
