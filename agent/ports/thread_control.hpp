// The seam to a thread's affinity and scheduling policy.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "model/scheduling.hpp"

namespace nova_rt {

/// Reads and changes threads by their id. NotFound when the thread is gone: an ordinary outcome.
class ThreadControl {
public:
    ThreadControl() = default;
    ThreadControl(const ThreadControl&) = delete;
    ThreadControl& operator=(const ThreadControl&) = delete;
    virtual ~ThreadControl() = default;

    [[nodiscard]] virtual Result<CpuSet> affinity(Tid thread) const = 0;
    [[nodiscard]] virtual Result<Scheduling> scheduling(Tid thread) const = 0;
    [[nodiscard]] virtual Status set_affinity(Tid thread, const CpuSet& cpus) = 0;
    [[nodiscard]] virtual Status set_scheduling(Tid thread, Scheduling scheduling) = 0;
};

} // namespace nova_rt
