// One window on this machine, from the load's start to the document.
#pragma once

#include "base/result.hpp"

#include "node/noise/meter/snapshot.hpp"
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt::noise {

struct WindowOptions {
    std::string label;
    Subject subject;
    std::chrono::milliseconds length{20000};
    std::chrono::milliseconds warm_up{3000}; ///< from the load's start to the window's
    std::vector<std::string> load;           ///< none: empty
    std::optional<std::string> progress_file;
    /// Takes noise.json, what was read (raw/opening, raw/closing), and what the load leaves. Must not exist,
    /// or be empty.
    std::string directory;
};

/// Starts the load where this process may run, withdraws from the measured CPUs, waits, measures, ends the
/// load and writes the directory. Refused when there is no CPU but the measured ones. The document is what
/// noise.json holds.
[[nodiscard]] Result<nlohmann::json> run_window(const WindowOptions& options);

} // namespace nova_rt::noise
