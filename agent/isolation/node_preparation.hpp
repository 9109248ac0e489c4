// What Linux 6.1 to 6.6 needs once per node before a guest can have a partition: libvirt's slice as a
// partition root.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"
#include "isolation/engine_ports.hpp"
#include "model/status.hpp"
#include "ports/unit_control.hpp"

#include <functional>
#include <string>
#include <utility>

namespace nova_rt {

inline constexpr const char* kMachineSlice = "machine.slice";

/// Takes the CPUs of both Nova sets out of everybody else's reach and gives them to the slice. An operator's
/// choice, for all guests at once, until the next boot or unprepare().
class NodePreparation {
public:
    /// Keeps the dedicated pCPUs for the hook (knobs/scope_partition); an empty set: forget them.
    using Remember = std::function<Status(const CpuSet& dedicated)>;

    NodePreparation(const EnginePorts& ports, UnitControl& units, Remember remember)
        : ports_(ports), units_(units), remember_(std::move(remember)) {}

    /// The CPUs of the slice. Refused, with the reason: the sets are not both known, overlap, or leave the
    /// host no CPU; a guest that runs is pinned elsewhere (libvirt's next call for it would fail).
    [[nodiscard]] Result<CpuSet> check(const NovaCpuSets& sets) const;

    /// Leaves everything as it was when it fails. The kernel's reason is in the error.
    [[nodiscard]] Result<CpuSet> prepare(const NovaCpuSets& sets);

    /// Refused while there are leases. Success on a node that is not prepared.
    [[nodiscard]] Status unprepare();

private:
    [[nodiscard]] Status make_root(const std::string& slice);
    [[nodiscard]] Status take_down();

    EnginePorts ports_;
    UnitControl& units_;
    Remember remember_;
};

/// CPUs that the root cgroup has lost to no partition: on Linux 6.1 they stay lost when the CPUs of a
/// partition root are taken away under it. Empty on kernels with remote partitions and on cgroup version 1.
[[nodiscard]] CpuSet leaked_cpus(const HostReader& files);

/// Gives them back, by making the slice a partition root of them for a moment. What was leaked; none when
/// nothing was.
[[nodiscard]] Result<CpuSet> repair_leaked_cpus(const EnginePorts& ports);

} // namespace nova_rt
