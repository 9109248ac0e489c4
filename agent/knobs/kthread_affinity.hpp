// Knob: kernel threads that may run anywhere stay away from realtime pCPUs.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// The affinity of every kernel thread that the kernel lets move (no PF_NO_SETAFFINITY) and that may run on
/// more than one CPU, RCU callback threads included. Threads of interrupts follow their interrupt; those of
/// guests are qemu_thread_placement's.
class KthreadAffinity final : public HostKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<std::vector<ProbedSetting>> probe(const HostView& view) const override;
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const override;
    /// An affinity reads without the CPUs that are offline or in an isolated partition.
    [[nodiscard]] bool matches(const Setting& setting, std::string_view wanted,
                               std::string_view seen) const override;
    [[nodiscard]] WriteFailure classify(const Error& error) const override;
    /// Until Linux 7.0, a cpuset partition that comes or goes gives every kernel thread all other CPUs.
    [[nodiscard]] bool written_by_kernel(const Setting& setting, const std::string& value,
                                         const HostDemand& demand) const override;
    [[nodiscard]] bool remembers(const Setting& setting, const std::string& baseline,
                                 const HostDemand& demand) const override;
    [[nodiscard]] std::vector<Finding> inspect(const HostView& view, const HostDemand& demand) const override;
};

} // namespace nova_rt
