// Everything the meter reads at one end of a window.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "ports/host_reader.hpp"

#include "node/noise/meter/cpu_table.hpp"
#include "node/noise/meter/thread_sample.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nova_rt::noise {

/// Whose CPUs are measured.
struct Subject {
    CpuSet cpus;
    std::set<int> guests; ///< process ids of QEMU
};

/// Read as close together as can be.
struct Counters {
    double uptime_seconds = 0;
    std::vector<CpuTableRow> interrupts;
    std::vector<CpuTableRow> softirqs;
    std::optional<std::map<unsigned, std::uint64_t>> arrivals; ///< none without CONFIG_SCHEDSTATS
    std::map<int, SchedulerCounts> own; ///< by tid: the threads that are no noise on a measured CPU
};

struct Snapshot {
    Counters counters;
    std::vector<ThreadSample> threads;
};

/// Whether the thread may run on the CPU without being noise: it is part of the CPU, or a vCPU ("CPU 1/KVM")
/// of a guest of the subject, pinned to that CPU alone.
[[nodiscard]] bool is_own(const ThreadSample& thread, unsigned cpu, const Subject& subject);

/// At the start of a window: threads first, counters last.
[[nodiscard]] Result<Snapshot> take_opening_snapshot(const HostReader& reader, const Subject& subject);
/// At its end: counters first, so that reading the threads is outside.
[[nodiscard]] Result<Snapshot> take_closing_snapshot(const HostReader& reader, const Subject& subject,
                                                     const Snapshot& opening);

} // namespace nova_rt::noise
