// Every thread of the machine with what the scheduler counted for it.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "ports/host_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nova_rt::noise {

/// What /proc/PID/task/TID/schedstat says.
struct SchedulerCounts {
    std::uint64_t run_ns = 0;
    std::uint64_t run_delay_ns = 0; ///< runnable and waiting for a CPU
    std::uint64_t arrivals = 0;     ///< how often it was put on a CPU

    friend bool operator==(const SchedulerCounts&, const SchedulerCounts&) = default;
};

struct ThreadSample {
    int pid = 0;
    int tid = 0;
    std::uint64_t start_time = 0; ///< with the tid: which thread
    std::string name;             ///< chosen by the program: data, never trusted
    bool kernel = false;          ///< PF_KTHREAD
    bool immovable = false;       ///< PF_NO_SETAFFINITY
    unsigned last_cpu = 0;
    CpuSet allowed;
    SchedulerCounts counts;
    std::uint64_t voluntary_switches = 0;
    std::uint64_t nonvoluntary_switches = 0;

    /// A kernel thread that belongs to this CPU by construction (ksoftirqd/4, kworker/4:1): part of the CPU,
    /// not a guest on it.
    [[nodiscard]] bool is_part_of(unsigned cpu) const {
        return kernel && immovable && allowed == CpuSet{cpu};
    }

    friend bool operator==(const ThreadSample&, const ThreadSample&) = default;
};

/// "123 (name) S ..." of proc_pid_stat(5); fills tid, name, flags, last_cpu and start_time.
[[nodiscard]] Result<ThreadSample> parse_thread_line(std::string_view line);

[[nodiscard]] Result<SchedulerCounts> parse_scheduler_counts(std::string_view text);

/// Fills the mask and the switches from /proc/PID/status; lines that are missing leave the field as it is.
[[nodiscard]] Status parse_thread_status(std::string_view text, ThreadSample& thread);

/// All threads, by process and tid. Those that end meanwhile are left out.
[[nodiscard]] Result<std::vector<ThreadSample>> read_threads(const HostReader& reader);

/// Only the scheduler's counts of one thread, to be read next to the counters of its CPU.
[[nodiscard]] Result<SchedulerCounts> read_scheduler_counts(const HostReader& reader, int pid, int tid);

} // namespace nova_rt::noise
