// The osnoise tracer's output.
#pragma once

#include "base/cpu_set.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace nova_rt::noise {

/// Sums over the tracer's periods on one CPU. Its times are the emulator's on an emulated node; the counts
/// are the kernel's.
struct OsnoiseCounts {
    unsigned cpu = 0;
    std::uint64_t periods = 0;
    std::uint64_t noise_us = 0;
    std::uint64_t largest_us = 0; ///< the longest single noise
    std::uint64_t hardware = 0;
    std::uint64_t nmi = 0;
    std::uint64_t irq = 0;
    std::uint64_t softirq = 0;
    std::uint64_t thread = 0;

    friend bool operator==(const OsnoiseCounts&, const OsnoiseCounts&) = default;
};

/// Lines of a trace file that the workload threads osnoise/N wrote; everything else is left out. Only for the
/// CPUs asked for, ascending.
[[nodiscard]] std::vector<OsnoiseCounts> parse_osnoise_trace(std::string_view text, const CpuSet& cpus);

} // namespace nova_rt::noise
