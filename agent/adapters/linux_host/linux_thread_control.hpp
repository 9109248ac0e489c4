// ThreadControl by system calls.
#pragma once

#include "ports/thread_control.hpp"

namespace nova_rt {

class LinuxThreadControl final : public ThreadControl {
public:
    [[nodiscard]] Result<CpuSet> affinity(Tid thread) const override;
    [[nodiscard]] Result<Scheduling> scheduling(Tid thread) const override;
    [[nodiscard]] Status set_affinity(Tid thread, const CpuSet& cpus) override;
    [[nodiscard]] Status set_scheduling(Tid thread, Scheduling scheduling) override;
};

} // namespace nova_rt
