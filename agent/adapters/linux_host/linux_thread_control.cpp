#include "adapters/linux_host/linux_thread_control.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace nova_rt {

namespace {

constexpr std::size_t kCpusPerUnit = CPU_SETSIZE;
constexpr unsigned kBitsPerByte = 8;
/// cpu_set_t holds 1024 CPUs; the system calls take any size at or above the kernel's own.
using AffinityBuffer = std::array<cpu_set_t, CpuSet::kMaxCpus / kCpusPerUnit>;

std::string attempt(const char* what, Tid thread) {
    return std::string(what) + " of thread " + std::to_string(thread.value);
}

} // namespace

Result<CpuSet> LinuxThreadControl::affinity(Tid thread) const {
    AffinityBuffer buffer{};
    // The system call itself: unlike libc it says how many bytes the kernel has. Thousands of threads are
    // read.
    const long bytes = ::syscall(SYS_sched_getaffinity, thread.value, sizeof buffer, buffer.data());
    if (bytes < 0) {
        return fail(system_error(errno, attempt("read affinity", thread)));
    }
    CpuSet cpus;
    const auto end = static_cast<unsigned>(bytes) * kBitsPerByte;
    for (unsigned cpu = 0; cpu < end; ++cpu) {
        if (CPU_ISSET_S(cpu, sizeof buffer, buffer.data())) {
            cpus.add(cpu);
        }
    }
    return cpus;
}

Result<Scheduling> LinuxThreadControl::scheduling(Tid thread) const {
    const int policy = ::sched_getscheduler(thread.value);
    sched_param parameters{};
    if (policy < 0 || ::sched_getparam(thread.value, &parameters) != 0) {
        return fail(system_error(errno, attempt("read scheduling policy", thread)));
    }
    return Scheduling{.policy = static_cast<SchedulingPolicy>(policy & ~SCHED_RESET_ON_FORK),
                      .priority = parameters.sched_priority};
}

Status LinuxThreadControl::set_affinity(Tid thread, const CpuSet& cpus) {
    AffinityBuffer buffer{};
    for (const unsigned cpu : cpus) {
        CPU_SET_S(cpu, sizeof buffer, buffer.data());
    }
    if (::sched_setaffinity(thread.value, sizeof buffer, buffer.data()) != 0) {
        return fail(system_error(errno, attempt("set affinity", thread) + " to " + cpus.to_cpulist()));
    }
    return {};
}

Status LinuxThreadControl::set_scheduling(Tid thread, Scheduling scheduling) {
    const sched_param parameters{.sched_priority = scheduling.priority};
    if (::sched_setscheduler(thread.value, static_cast<int>(scheduling.policy), &parameters) != 0) {
        return fail(system_error(errno, attempt("set scheduling policy", thread) + " to " +
                                            std::to_string(static_cast<int>(scheduling.policy)) +
                                            " priority " + std::to_string(scheduling.priority)));
    }
    return {};
}

} // namespace nova_rt
