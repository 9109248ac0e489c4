// Knob: how much of a realtime pCPU ordinary threads keep although a SCHED_FIFO thread never sleeps there.
#pragma once

#include "knobs/knob.hpp"

#include <cstdint>

namespace nova_rt {

/// What is kept: enough for a kernel thread that others wait for.
constexpr std::uint64_t kFairServerValveNs = 1'000'000;

/// debugfs, sched/fair_server/cpuN/runtime, nanoseconds per period (a second); Linux 6.12 and later. Refused
/// with EBUSY while the pCPU is in an isolated partition: a later transition tries again.
class FairServer final : public HostKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<std::vector<ProbedSetting>> probe(const HostView& view) const override;
    /// Never more than the baseline.
    [[nodiscard]] std::string desired(const Setting& setting, const std::string& baseline,
                                      const HostDemand& demand) const override;
    [[nodiscard]] WriteFailure classify(const Error& error) const override;
};

} // namespace nova_rt
