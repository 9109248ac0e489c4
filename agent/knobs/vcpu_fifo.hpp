// Knob: exactly the realtime vCPUs have a realtime policy, and run where they were pinned.
#pragma once

#include "knobs/knob.hpp"

namespace nova_rt {

/// A missing policy or priority is repaired. A wrong pin, and a realtime policy nobody asked for, are only
/// reported: they belong to Nova and libvirt.
class VcpuFifo final : public ThreadKnob {
public:
    [[nodiscard]] const KnobTraits& traits() const override;
    [[nodiscard]] Result<ThreadProbe> probe(const HostView& view, const Lease& guest,
                                            const HostDemand& demand) const override;
};

} // namespace nova_rt
