// What happened on each measured CPU within a window.
#pragma once

#include "node/noise/meter/osnoise_trace.hpp"
#include "node/noise/meter/snapshot.hpp"
#include "node/noise/meter/switch_histogram.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt::noise {

/// Where the number of foreign switches comes from.
enum class SwitchBasis {
    Trigger,   ///< counted one by one, with names
    Schedstat, ///< counted per CPU, without names
    Guess,     ///< neither: the suspects' sum
};

struct NamedCount {
    std::string name;
    std::uint64_t count = 0;

    friend bool operator==(const NamedCount&, const NamedCount&) = default;
};

/// Why a task is thought to have run on a CPU.
enum class Suspicion {
    Resident, ///< it was there before the window, ran and was never switched out: certain
    Pinned,   ///< it may run nowhere else: as good as seen
    LastCpu, ///< it may run there and was there at an end of the window; its switches may have been elsewhere
};

struct Suspect {
    std::string name;
    Suspicion suspicion = Suspicion::LastCpu;
    std::uint64_t arrivals = 0; ///< on any CPU: for LastCpu an upper bound; 0 for Resident
    std::uint64_t run_ns = 0;   ///< on any CPU

    friend bool operator==(const Suspect&, const Suspect&) = default;
};

struct LineCount {
    std::string label;
    std::string description;
    std::uint64_t count = 0;

    friend bool operator==(const LineCount&, const LineCount&) = default;
};

struct CpuNoise {
    unsigned cpu = 0;
    /// Switches to tasks that do not belong on this CPU, and one for each that was resident.
    std::uint64_t foreign = 0;
    std::vector<NamedCount> foreign_tasks; ///< basis Trigger only; most first
    std::vector<NamedCount> own_tasks;     ///< basis Trigger only: the CPU's kernel threads and its vCPU
    std::uint64_t idle = 0;                ///< basis Trigger only
    /// By /proc/schedstat: all arrivals less those of own threads. Threads of the CPU that were born and
    /// ended within the window count as foreign; negative by the few switches between two reads.
    std::optional<std::int64_t> passive_foreign;
    std::vector<Suspect> suspects;
    std::vector<LineCount> interrupts;
    std::vector<LineCount> softirqs;
    std::uint64_t ticks = 0; ///< line LOC: local timer interrupts
};

struct VcpuNoise {
    int tid = 0;
    std::string name;
    unsigned cpu = 0;
    std::uint64_t nonvoluntary_switches = 0;
    std::uint64_t voluntary_switches = 0;
    SchedulerCounts counts;
};

/// What only the owner of the window knows.
struct WindowFacts {
    std::optional<SwitchHistogram> histogram;
    std::optional<std::vector<OsnoiseCounts>> osnoise;
};

struct Measurement {
    double seconds = 0;
    SwitchBasis basis = SwitchBasis::Guess;
    std::uint64_t dropped_switches = 0;
    std::vector<CpuNoise> cpus;
    std::vector<VcpuNoise> vcpus; ///< of the subject's guests, pinned to one measured CPU throughout
    std::optional<std::vector<OsnoiseCounts>> osnoise;
};

[[nodiscard]] Measurement measure(const Subject& subject, const Snapshot& opening, const Snapshot& closing,
                                  const WindowFacts& facts);

} // namespace nova_rt::noise
