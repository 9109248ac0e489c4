#include "node/noise/meter/snapshot.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace nova_rt::noise {

namespace {

Result<double> read_uptime(const HostReader& reader) {
    NOVA_RT_TRY_ASSIGN(text, reader.read("proc/uptime"));
    const auto seconds = parse_number<double>(std::string_view(text).substr(0, text.find(' ')));
    if (!seconds) {
        return fail(ErrorCode::Corrupt, "proc/uptime " + quoted(text) + ": expected seconds");
    }
    return *seconds;
}

Result<std::vector<CpuTableRow>> read_table(const HostReader& reader, const char* path) {
    NOVA_RT_TRY_ASSIGN(text, reader.read(path));
    NOVA_RT_TRY_ASSIGN_CONTEXT(rows, parse_cpu_table(text), path);
    return rows;
}

using ThreadIds = std::vector<std::pair<int, int>>; // process, tid

ThreadIds own_threads(const std::vector<ThreadSample>& threads, const Subject& subject) {
    ThreadIds ids;
    for (const auto& thread : threads) {
        const auto cpu = thread.allowed.first();
        if (cpu && subject.cpus.contains(*cpu) && is_own(thread, *cpu, subject)) {
            ids.emplace_back(thread.pid, thread.tid);
        }
    }
    return ids;
}

Result<Counters> read_counters(const HostReader& reader, const ThreadIds& own) {
    Counters counters;
    for (const auto& [pid, tid] : own) {
        if (const auto counts = read_scheduler_counts(reader, pid, tid)) {
            counters.own.emplace(tid, *counts);
        }
    }
    auto schedstat = reader.read("proc/schedstat");
    if (schedstat) {
        NOVA_RT_TRY_ASSIGN(arrivals, parse_arrivals(*schedstat));
        counters.arrivals = std::move(arrivals);
    } else if (schedstat.error().code() != ErrorCode::NotFound) {
        return fail(std::move(schedstat).error());
    }
    NOVA_RT_TRY_ASSIGN(uptime, read_uptime(reader));
    NOVA_RT_TRY_ASSIGN(interrupts, read_table(reader, "proc/interrupts"));
    NOVA_RT_TRY_ASSIGN(softirqs, read_table(reader, "proc/softirqs"));
    counters.uptime_seconds = uptime;
    counters.interrupts = std::move(interrupts);
    counters.softirqs = std::move(softirqs);
    return counters;
}

bool is_vcpu_name(std::string_view name) {
    const auto slash = name.find('/');
    return name.starts_with("CPU ") && slash != std::string_view::npos &&
           parse_number<unsigned>(name.substr(4, slash - 4)).has_value();
}

} // namespace

bool is_own(const ThreadSample& thread, unsigned cpu, const Subject& subject) {
    const bool vcpu = !thread.kernel && subject.guests.contains(thread.pid) && is_vcpu_name(thread.name) &&
                      thread.allowed == CpuSet{cpu};
    return vcpu || thread.is_part_of(cpu);
}

Result<Snapshot> take_opening_snapshot(const HostReader& reader, const Subject& subject) {
    Snapshot snapshot;
    NOVA_RT_TRY_ASSIGN(threads, read_threads(reader));
    NOVA_RT_TRY_ASSIGN(counters, read_counters(reader, own_threads(threads, subject)));
    snapshot.threads = std::move(threads);
    snapshot.counters = std::move(counters);
    return snapshot;
}

Result<Snapshot> take_closing_snapshot(const HostReader& reader, const Subject& subject,
                                       const Snapshot& opening) {
    Snapshot snapshot;
    NOVA_RT_TRY_ASSIGN(counters, read_counters(reader, own_threads(opening.threads, subject)));
    NOVA_RT_TRY_ASSIGN(threads, read_threads(reader));
    snapshot.threads = std::move(threads);
    snapshot.counters = std::move(counters);
    return snapshot;
}

} // namespace nova_rt::noise
