// The hist trigger on sched_switch: which task was put on which CPU how often.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt::noise {

inline constexpr const char* kSwitchTriggerFile = "sys/kernel/tracing/events/sched/sched_switch/trigger";
inline constexpr const char* kSwitchHistogramFile = "sys/kernel/tracing/events/sched/sched_switch/hist";

struct SwitchCount {
    unsigned cpu = 0;
    int tid = 0;      ///< 0: idle
    std::string name; ///< at most 15 bytes of any kind
    std::uint64_t count = 0;

    friend bool operator==(const SwitchCount&, const SwitchCount&) = default;
};

struct SwitchHistogram {
    std::vector<SwitchCount> switches;
    std::uint64_t dropped = 0; ///< switches of tasks for which the table had no room
};

/// "hist:keys=common_cpu,next_pid,next_comm:size=16384 if CPU >= 4 && CPU <= 7". One text per set of CPUs, so
/// that the trigger can be found again.
[[nodiscard]] std::string switch_trigger(const CpuSet& cpus);

/// Whether the trigger file lists the trigger for exactly these CPUs.
[[nodiscard]] bool is_armed(std::string_view trigger_file, const CpuSet& cpus);

/// The hist file of the event. It may hold histograms with other keys, which are left out. The name has a
/// column of fixed width, so that whatever a task calls itself, newlines included, cannot pass for another
/// line. Source: hist_trigger_print_key() of the kernel.
[[nodiscard]] Result<SwitchHistogram> parse_switch_histogram(std::string_view text);

/// What was counted between two readings of one histogram.
[[nodiscard]] SwitchHistogram between(const SwitchHistogram& opening, const SwitchHistogram& closing);

} // namespace nova_rt::noise
