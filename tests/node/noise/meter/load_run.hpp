// The load that runs beside a window, and what it got done.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt::noise {

struct Stressor {
    std::string name;
    double bogo_ops = 0;
    double wall_seconds = 0;

    friend bool operator==(const Stressor&, const Stressor&) = default;
};

struct LoadResult {
    std::vector<std::string> command;
    CpuSet allowed; ///< where the load could run when it started
    int exit_status = -1;
    std::vector<Stressor> stressors;
};

/// The metrics of stress-ng --yaml.
[[nodiscard]] std::vector<Stressor> parse_stress_metrics(std::string_view yaml);

/// A running load. It starts with the caller's affinity, in a directory of its own, where it leaves
/// load.yaml; its output goes to load.log there.
class LoadRun {
public:
    [[nodiscard]] static Result<std::unique_ptr<LoadRun>> start(const std::vector<std::string>& command,
                                                                const std::string& directory);
    LoadRun(const LoadRun&) = delete;
    LoadRun& operator=(const LoadRun&) = delete;
    /// Ends it by force when finish() was not called.
    ~LoadRun();

    /// Whether it has not ended yet; asked at the end of a window that it has to cover.
    [[nodiscard]] bool runs();

    /// Waits for its end, which it has to come to by itself: stress-ng's metrics are whole only then. Timeout
    /// after ten minutes.
    [[nodiscard]] Result<LoadResult> finish();

private:
    LoadRun(pid_t pid, std::vector<std::string> command, std::string directory);

    pid_t pid_; ///< -1 once it has been waited for
    std::string directory_;
    LoadResult result_;
};

} // namespace nova_rt::noise
