#include "node/noise/meter/thread_sample.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace nova_rt::noise {

namespace {

// Field numbers of proc_pid_stat(5) start at 1; those after the name start with field 3.
constexpr std::size_t kFirstFieldAfterName = 3;
constexpr std::size_t kFlagsField = 9;
constexpr std::size_t kStartTimeField = 22;
constexpr std::size_t kProcessorField = 39;
// include/linux/sched.h
constexpr unsigned kPfKthread = 0x00200000;
constexpr unsigned kPfNoSetAffinity = 0x04000000;
constexpr std::size_t kMaxThreadFileBytes = 16384;

std::vector<int> numbers_among(const std::vector<std::string>& names) {
    std::vector<int> numbers;
    for (const auto& name : names) {
        if (const auto number = parse_number<int>(name)) {
            numbers.push_back(*number);
        }
    }
    std::ranges::sort(numbers);
    return numbers;
}

std::string task_directory(int pid, int tid) {
    return "proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/";
}

/// The value of "Key:\tvalue" when the line has that key.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
    return line.starts_with(key) ? std::optional(trimmed(line.substr(key.size()))) : std::nullopt;
}

Result<ThreadSample> read_thread(const HostReader& reader, int pid, int tid) {
    const std::string directory = task_directory(pid, tid);
    NOVA_RT_TRY_ASSIGN(line, reader.read(directory + "stat", kMaxThreadFileBytes));
    NOVA_RT_TRY_ASSIGN(status, reader.read(directory + "status", kMaxThreadFileBytes));
    NOVA_RT_TRY_ASSIGN(counts, read_scheduler_counts(reader, pid, tid));
    NOVA_RT_TRY_ASSIGN_CONTEXT(thread, parse_thread_line(line), directory + "stat");
    NOVA_RT_TRY_CONTEXT(parse_thread_status(status, thread), directory + "status");
    thread.pid = pid;
    thread.counts = counts;
    return thread;
}

} // namespace

Result<ThreadSample> parse_thread_line(std::string_view line) {
    const auto opened = line.find('(');
    const auto closed = line.rfind(')');
    const auto broken = [line] {
        return fail(ErrorCode::Corrupt, "thread line " + quoted(line) + " is not proc_pid_stat");
    };
    if (opened == std::string_view::npos || closed == std::string_view::npos || closed < opened) {
        return broken();
    }
    const auto fields = split(trimmed(line.substr(closed + 1)), ' ');
    if (fields.size() <= kProcessorField - kFirstFieldAfterName) {
        return broken();
    }
    const auto tid = parse_number<int>(trimmed(line.substr(0, opened)));
    const auto flags = parse_number<unsigned>(fields[kFlagsField - kFirstFieldAfterName]);
    const auto start_time = parse_number<std::uint64_t>(fields[kStartTimeField - kFirstFieldAfterName]);
    const auto cpu = parse_number<unsigned>(fields[kProcessorField - kFirstFieldAfterName]);
    if (!tid || !flags || !start_time || !cpu) {
        return broken();
    }
    ThreadSample thread;
    thread.tid = *tid;
    thread.start_time = *start_time;
    thread.name = line.substr(opened + 1, closed - opened - 1);
    thread.kernel = (*flags & kPfKthread) != 0;
    thread.immovable = (*flags & kPfNoSetAffinity) != 0;
    thread.last_cpu = *cpu;
    return thread;
}

Result<SchedulerCounts> parse_scheduler_counts(std::string_view text) {
    const auto fields = split(trimmed(text), ' ');
    if (fields.size() == 3) {
        const auto run = parse_number<std::uint64_t>(fields[0]);
        const auto delay = parse_number<std::uint64_t>(fields[1]);
        const auto arrivals = parse_number<std::uint64_t>(fields[2]);
        if (run && delay && arrivals) {
            return SchedulerCounts{.run_ns = *run, .run_delay_ns = *delay, .arrivals = *arrivals};
        }
    }
    return fail(ErrorCode::Corrupt, "schedstat " + quoted(text) + ": expected three numbers");
}

Status parse_thread_status(std::string_view text, ThreadSample& thread) {
    for (const auto line : split(text, '\n')) {
        if (const auto mask = value_of(line, "Cpus_allowed_list:")) {
            NOVA_RT_TRY_ASSIGN(cpus, CpuSet::from_cpulist(*mask));
            thread.allowed = std::move(cpus);
        } else if (const auto voluntary = value_of(line, "voluntary_ctxt_switches:")) {
            thread.voluntary_switches = parse_number<std::uint64_t>(*voluntary).value_or(0);
        } else if (const auto nonvoluntary = value_of(line, "nonvoluntary_ctxt_switches:")) {
            thread.nonvoluntary_switches = parse_number<std::uint64_t>(*nonvoluntary).value_or(0);
        }
    }
    return {};
}

Result<SchedulerCounts> read_scheduler_counts(const HostReader& reader, int pid, int tid) {
    const std::string path = task_directory(pid, tid) + "schedstat";
    NOVA_RT_TRY_ASSIGN(text, reader.read(path, kMaxThreadFileBytes));
    NOVA_RT_TRY_ASSIGN_CONTEXT(counts, parse_scheduler_counts(text), path);
    return counts;
}

Result<std::vector<ThreadSample>> read_threads(const HostReader& reader) {
    NOVA_RT_TRY_ASSIGN(processes, reader.list("proc"));
    std::vector<ThreadSample> threads;
    for (const int pid : numbers_among(processes)) {
        const auto tasks = reader.list("proc/" + std::to_string(pid) + "/task");
        if (!tasks && tasks.error().code() != ErrorCode::NotFound) {
            return fail(tasks.error());
        }
        for (const int tid : numbers_among(tasks.value_or(std::vector<std::string>{}))) {
            auto thread = read_thread(reader, pid, tid);
            if (thread) {
                threads.push_back(*std::move(thread));
            } else if (thread.error().code() != ErrorCode::NotFound) {
                return fail(thread.error());
            }
        }
    }
    return threads;
}

} // namespace nova_rt::noise
