#include "node/noise/meter/measurement.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace nova_rt::noise {

namespace {

using ThreadKey = std::pair<int, std::uint64_t>; // tid, start time
using ThreadsByKey = std::map<ThreadKey, const ThreadSample*>;

ThreadsByKey by_key(const std::vector<ThreadSample>& threads) {
    ThreadsByKey result;
    for (const auto& thread : threads) {
        result.emplace(ThreadKey{thread.tid, thread.start_time}, &thread);
    }
    return result;
}

/// A counter that went backwards belongs to something new that took the old one's place.
std::uint64_t increase(std::uint64_t before, std::uint64_t after) {
    return after >= before ? after - before : after;
}

SchedulerCounts increase(const SchedulerCounts& before, const SchedulerCounts& after) {
    return {.run_ns = increase(before.run_ns, after.run_ns),
            .run_delay_ns = increase(before.run_delay_ns, after.run_delay_ns),
            .arrivals = increase(before.arrivals, after.arrivals)};
}

std::vector<NamedCount> most_first(const std::map<std::string, std::uint64_t>& counts) {
    std::vector<NamedCount> result;
    for (const auto& [name, count] : counts) {
        result.push_back({.name = name, .count = count});
    }
    std::ranges::stable_sort(result, std::ranges::greater{}, &NamedCount::count);
    return result;
}

/// The two ends of a window, thread by thread.
class Window {
public:
    Window(const Subject& subject, const Snapshot& opening, const Snapshot& closing)
        : subject_(subject), opening_(opening), closing_(closing), before_(by_key(opening.threads)) {}

    /// Threads that were there at the end, and that are own on the CPU at each end at which they were seen.
    [[nodiscard]] std::vector<const ThreadSample*> own_threads(unsigned cpu) const {
        std::vector<const ThreadSample*> own;
        for (const auto& thread : closing_.threads) {
            const auto* const earlier = before(thread);
            if (is_own(thread, cpu, subject_) && (earlier == nullptr || is_own(*earlier, cpu, subject_))) {
                own.push_back(&thread);
            }
        }
        return own;
    }

    [[nodiscard]] const ThreadSample* before(const ThreadSample& thread) const {
        const auto found = before_.find({thread.tid, thread.start_time});
        return found == before_.end() ? nullptr : found->second;
    }

    /// Of an own thread, as near to the CPU's own counters as it was read.
    [[nodiscard]] SchedulerCounts counts_of_own(const ThreadSample& thread) const {
        const auto opened = opening_.counters.own.find(thread.tid);
        const auto closed = closing_.counters.own.find(thread.tid);
        const auto* const earlier = before(thread);
        const bool both = earlier != nullptr && opened != opening_.counters.own.end() &&
                          closed != closing_.counters.own.end();
        return both ? increase(opened->second, closed->second)
                    : increase(earlier == nullptr ? SchedulerCounts{} : earlier->counts, thread.counts);
    }

    [[nodiscard]] std::uint64_t arrivals(const ThreadSample& thread) const {
        const auto* const earlier = before(thread);
        return thread.counts.arrivals - (earlier == nullptr ? 0 : earlier->counts.arrivals);
    }

    [[nodiscard]] std::vector<Suspect> suspects(unsigned cpu) const {
        std::vector<Suspect> found;
        for (const auto& thread : closing_.threads) {
            if (auto suspect = is_own(thread, cpu, subject_) ? std::nullopt : suspect_on(cpu, thread)) {
                found.push_back(*std::move(suspect));
            }
        }
        std::ranges::stable_sort(found, [](const Suspect& a, const Suspect& b) {
            return std::tie(b.arrivals, b.run_ns) < std::tie(a.arrivals, a.run_ns);
        });
        return found;
    }

    [[nodiscard]] std::optional<std::int64_t> passive_foreign(unsigned cpu) const {
        const auto& opened = opening_.counters.arrivals;
        const auto& closed = closing_.counters.arrivals;
        if (!opened || !closed || !opened->contains(cpu) || !closed->contains(cpu)) {
            return std::nullopt;
        }
        std::uint64_t own = 0;
        for (const auto* const thread : own_threads(cpu)) {
            own += counts_of_own(*thread).arrivals;
        }
        return static_cast<std::int64_t>(closed->at(cpu) - opened->at(cpu)) - static_cast<std::int64_t>(own);
    }

private:
    [[nodiscard]] std::optional<Suspect> suspect_on(unsigned cpu, const ThreadSample& thread) const {
        const auto* const earlier = before(thread);
        const bool pinned =
            thread.allowed == CpuSet{cpu} && (earlier == nullptr || earlier->allowed == thread.allowed);
        const bool was_there = thread.last_cpu == cpu || (earlier != nullptr && earlier->last_cpu == cpu);
        Suspect suspect{.name = thread.name,
                        .suspicion = pinned ? Suspicion::Pinned : Suspicion::LastCpu,
                        .arrivals = arrivals(thread),
                        .run_ns = thread.counts.run_ns - (earlier == nullptr ? 0 : earlier->counts.run_ns)};
        if ((!pinned && !was_there) || (suspect.arrivals == 0 && suspect.run_ns == 0)) {
            return std::nullopt;
        }
        if (suspect.arrivals == 0) {
            suspect.suspicion = Suspicion::Resident;
        }
        return suspect;
    }

    const Subject& subject_;
    const Snapshot& opening_;
    const Snapshot& closing_;
    ThreadsByKey before_;
};

std::vector<LineCount> line_counts(unsigned cpu, const std::vector<CpuTableRow>& opened,
                                   const std::vector<CpuTableRow>& closed) {
    std::map<std::string_view, std::uint64_t> before;
    for (const auto& row : opened) {
        if (const auto count = row.counts.find(cpu); count != row.counts.end()) {
            before.emplace(row.label, count->second);
        }
    }
    std::vector<LineCount> lines;
    for (const auto& row : closed) {
        const auto after = row.counts.find(cpu);
        const auto earlier = before.find(row.label);
        const std::uint64_t count =
            after == row.counts.end()
                ? 0
                : increase(earlier == before.end() ? 0 : earlier->second, after->second);
        if (count > 0) {
            lines.push_back({.label = row.label, .description = row.description, .count = count});
        }
    }
    std::ranges::stable_sort(lines, std::ranges::greater{}, &LineCount::count);
    return lines;
}

void count_by_trigger(const SwitchHistogram& histogram, const Window& window, CpuNoise& noise) {
    std::map<int, std::string> own;
    for (const auto* const thread : window.own_threads(noise.cpu)) {
        own.emplace(thread->tid, thread->name);
    }
    std::map<std::string, std::uint64_t> foreign_tasks;
    std::map<std::string, std::uint64_t> own_tasks;
    for (const auto& entry : histogram.switches) {
        if (entry.cpu != noise.cpu) {
            continue;
        }
        if (entry.tid == 0) {
            noise.idle += entry.count;
        } else if (const auto known = own.find(entry.tid); known != own.end()) {
            own_tasks[known->second] += entry.count;
        } else {
            foreign_tasks[entry.name] += entry.count;
            noise.foreign += entry.count;
        }
    }
    noise.foreign_tasks = most_first(foreign_tasks);
    noise.own_tasks = most_first(own_tasks);
}

void count_foreign(SwitchBasis basis, const WindowFacts& facts, const Window& window, CpuNoise& noise) {
    if (basis == SwitchBasis::Trigger) {
        count_by_trigger(*facts.histogram, window, noise);
    } else if (basis == SwitchBasis::Schedstat) {
        noise.foreign =
            static_cast<std::uint64_t>(std::max(noise.passive_foreign.value_or(0), std::int64_t{0}));
    }
    for (const auto& suspect : noise.suspects) {
        if (suspect.suspicion == Suspicion::Resident) {
            noise.foreign += 1;
        } else if (basis == SwitchBasis::Guess) {
            noise.foreign += suspect.arrivals;
        }
    }
}

SwitchBasis basis_of(const WindowFacts& facts, const Snapshot& opening, const Snapshot& closing) {
    if (facts.histogram) {
        return SwitchBasis::Trigger;
    }
    return opening.counters.arrivals && closing.counters.arrivals ? SwitchBasis::Schedstat
                                                                  : SwitchBasis::Guess;
}

void add_vcpus(unsigned cpu, const Window& window, std::vector<VcpuNoise>& vcpus) {
    for (const auto* const thread : window.own_threads(cpu)) {
        const auto* const earlier = window.before(*thread);
        if (thread->kernel || earlier == nullptr) {
            continue;
        }
        vcpus.push_back(
            {.tid = thread->tid,
             .name = thread->name,
             .cpu = cpu,
             .nonvoluntary_switches = thread->nonvoluntary_switches - earlier->nonvoluntary_switches,
             .voluntary_switches = thread->voluntary_switches - earlier->voluntary_switches,
             .counts = window.counts_of_own(*thread)});
    }
}

} // namespace

Measurement measure(const Subject& subject, const Snapshot& opening, const Snapshot& closing,
                    const WindowFacts& facts) {
    const Window window(subject, opening, closing);
    Measurement result;
    result.seconds = closing.counters.uptime_seconds - opening.counters.uptime_seconds;
    result.basis = basis_of(facts, opening, closing);
    result.dropped_switches = facts.histogram ? facts.histogram->dropped : 0;
    result.osnoise = facts.osnoise;
    for (const unsigned cpu : subject.cpus) {
        CpuNoise noise;
        noise.cpu = cpu;
        noise.passive_foreign = window.passive_foreign(cpu);
        noise.suspects = window.suspects(cpu);
        noise.interrupts = line_counts(cpu, opening.counters.interrupts, closing.counters.interrupts);
        noise.softirqs = line_counts(cpu, opening.counters.softirqs, closing.counters.softirqs);
        for (const auto& line : noise.interrupts) {
            noise.ticks += line.label == "LOC" ? line.count : 0;
        }
        count_foreign(result.basis, facts, window, noise);
        result.cpus.push_back(std::move(noise));
        add_vcpus(cpu, window, result.vcpus);
    }
    return result;
}

} // namespace nova_rt::noise
