#include "node/noise/meter/affinity.hpp"

#include <sched.h>

#include <cerrno>

namespace nova_rt::noise {

CpuSet own_affinity() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    CpuSet cpus;
    if (::sched_getaffinity(0, sizeof mask, &mask) != 0) {
        return cpus;
    }
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &mask)) {
            cpus.add(cpu);
        }
    }
    return cpus;
}

Status set_own_affinity(const CpuSet& cpus) {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    for (const unsigned cpu : cpus) {
        if (cpu < CPU_SETSIZE) {
            CPU_SET(cpu, &mask);
        }
    }
    if (::sched_setaffinity(0, sizeof mask, &mask) != 0) {
        return fail(system_error(errno, "run on CPUs " + cpus.to_cpulist()));
    }
    return {};
}

} // namespace nova_rt::noise
