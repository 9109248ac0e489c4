// The kernel's tracers, switched on before anything is measured and only emptied afterwards: switching
// patches kernel text, which interrupts every CPU.
#pragma once

#include "adapters/linux_host/root_directory.hpp"
#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "ports/host_reader.hpp"

#include "node/noise/meter/osnoise_trace.hpp"
#include "node/noise/meter/switch_histogram.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace nova_rt::noise {

enum class OsnoiseTracer { Off, On };

/// Works on sys/kernel/tracing below one root, which both the reader and the directory open.
class Tracer {
public:
    Tracer(const HostReader& reader, RootDirectory root) : reader_(reader), root_(std::move(root)) {}

    /// Installs the switch trigger, and starts the osnoise tracer when asked, unless they are there.
    /// Unsupported on a kernel without them.
    [[nodiscard]] Status arm(const CpuSet& cpus, OsnoiseTracer osnoise) const;
    /// Takes both back. What is not there is no error.
    [[nodiscard]] Status disarm(const CpuSet& cpus) const;

    [[nodiscard]] bool switches_armed(const CpuSet& cpus) const;
    [[nodiscard]] bool osnoise_armed() const;

    /// Empties the osnoise trace, when it is armed. The trigger's table is never emptied, for the kernel then
    /// waits for an RCU grace period: beside busy realtime threads that can take minutes.
    [[nodiscard]] Status clear_osnoise() const;

    /// Since the trigger was installed; none when not armed for these CPUs.
    [[nodiscard]] Result<std::optional<SwitchHistogram>> switches(const CpuSet& cpus) const;
    [[nodiscard]] Result<std::optional<std::vector<OsnoiseCounts>>> osnoise(const CpuSet& cpus) const;

private:
    const HostReader& reader_;
    RootDirectory root_;
};

} // namespace nova_rt::noise
