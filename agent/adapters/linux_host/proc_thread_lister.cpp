#include "adapters/linux_host/proc_thread_lister.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace nova_rt {

namespace {

// Field numbers of proc_pid_stat(5) start at 1; those after the comm start with field 3.
constexpr std::size_t kFirstFieldAfterComm = 3;
constexpr std::size_t kFlagsField = 9;
constexpr std::size_t kStartTimeField = 22;
constexpr std::size_t kPriorityField = 40;
constexpr std::size_t kPolicyField = 41;
/// PF_KTHREAD of include/linux/sched.h.
constexpr unsigned kKernelThreadFlag = 0x00200000;
/// PF_NO_SETAFFINITY.
constexpr unsigned kFixedAffinityFlag = 0x04000000;
/// The parent of every kernel thread, and its children: one file instead of the status of every process.
constexpr Tid kKernelThreadDaemon{2};
constexpr std::string_view kKernelThreadDaemonName = "kthreadd";
constexpr const char* kKernelThreadIds = "proc/2/task/2/children";
constexpr std::size_t kMaxStatBytes = 4096;

bool is_gone(const Error& error) {
    return error.code() == ErrorCode::NotFound;
}

/// The numbers among the names, ascending.
std::vector<std::int32_t> numeric(const std::vector<std::string>& names) {
    std::vector<std::int32_t> numbers;
    for (const auto& name : names) {
        if (const auto number = parse_number<std::int32_t>(name)) {
            numbers.push_back(*number);
        }
    }
    std::ranges::sort(numbers);
    return numbers;
}

} // namespace

Result<ThreadInfo> parse_thread_stat(std::string_view line) {
    const auto opened = line.find('(');
    const auto closed = line.rfind(')');
    const auto broken = [&] {
        return fail(ErrorCode::Corrupt, "thread status " + quoted(line) + " is not proc_pid_stat");
    };
    if (opened == std::string_view::npos || closed == std::string_view::npos || closed < opened) {
        return broken();
    }
    const auto tid = parse_number<std::int32_t>(trimmed(line.substr(0, opened)));
    const auto fields = split(trimmed(line.substr(closed + 1)), ' ');
    if (!tid || fields.size() <= kPolicyField - kFirstFieldAfterComm) {
        return broken();
    }
    const auto field = [&](std::size_t number) { return fields[number - kFirstFieldAfterComm]; };
    const auto flags = parse_number<unsigned>(field(kFlagsField));
    const auto start_time = parse_number<std::uint64_t>(field(kStartTimeField));
    const auto priority = parse_number<int>(field(kPriorityField));
    const auto policy = parse_number<int>(field(kPolicyField));
    if (!flags || !start_time || !priority || !policy) {
        return broken();
    }
    return ThreadInfo{.identity = {.tid = Tid{*tid}, .start_time = *start_time},
                      .comm = std::string(line.substr(opened + 1, closed - opened - 1)),
                      .scheduling = {.policy = static_cast<SchedulingPolicy>(*policy), .priority = *priority},
                      .kernel = (*flags & kKernelThreadFlag) != 0,
                      .fixed_affinity = (*flags & kFixedAffinityFlag) != 0};
}

Result<std::vector<ThreadInfo>> ProcThreadLister::threads_of(Pid process) const {
    const std::string directory = "proc/" + std::to_string(process.value) + "/task";
    NOVA_RT_TRY_ASSIGN(names, reader_.list(directory));
    std::vector<ThreadInfo> threads;
    for (const auto tid : numeric(names)) {
        const auto line = reader_.read(directory + "/" + std::to_string(tid) + "/stat", kMaxStatBytes);
        if (!line && is_gone(line.error())) {
            continue;
        }
        if (!line) {
            return fail(line.error());
        }
        NOVA_RT_TRY_ASSIGN(info, parse_thread_stat(*line));
        threads.push_back(std::move(info));
    }
    return threads;
}

Result<ThreadInfo> ProcThreadLister::thread(Tid tid) const {
    NOVA_RT_TRY_ASSIGN(line, reader_.read("proc/" + std::to_string(tid.value) + "/stat", kMaxStatBytes));
    return parse_thread_stat(line);
}

Result<std::vector<std::string>> ProcThreadLister::candidates() const {
    const auto daemon = thread(kKernelThreadDaemon);
    const bool known = daemon && daemon->kernel && daemon->comm == kKernelThreadDaemonName;
    const auto children = known ? reader_.read(kKernelThreadIds) : Result<std::string>(std::string());
    if (!children || children->empty()) {
        return reader_.list("proc");
    }
    std::vector<std::string> names = {std::to_string(kKernelThreadDaemon.value)};
    for (const auto& name : split(*children, ' ')) {
        names.emplace_back(name);
    }
    return names;
}

Result<std::vector<ThreadInfo>> ProcThreadLister::kernel_threads() const {
    NOVA_RT_TRY_ASSIGN(names, candidates());
    std::vector<ThreadInfo> threads;
    for (const auto pid : numeric(names)) {
        const auto info = thread(Tid{pid});
        if (!info && !is_gone(info.error())) {
            return fail(info.error());
        }
        if (info && info->kernel) {
            threads.push_back(*info);
        }
    }
    return threads;
}

} // namespace nova_rt
