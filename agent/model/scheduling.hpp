// A thread's scheduling policy and priority.
#pragma once

namespace nova_rt {

/// The kernel's scheduling classes as sched_setscheduler(2) numbers them.
enum class SchedulingPolicy { Other = 0, Fifo = 1, RoundRobin = 2, Batch = 3, Idle = 5, Deadline = 6 };

struct Scheduling {
    SchedulingPolicy policy = SchedulingPolicy::Other;
    int priority = 0; ///< 1..99 for Fifo and RoundRobin, otherwise 0

    friend bool operator==(const Scheduling&, const Scheduling&) = default;
};

} // namespace nova_rt
