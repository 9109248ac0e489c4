// A libvirt domain as the host side sees it: who may run where, taken from its XML.
#pragma once

#include "base/cpu_set.hpp"
#include "base/domain_uuid.hpp"
#include "base/ids.hpp"
#include "model/flavor.hpp"
#include "model/scheduling.hpp"

#include <map>
#include <optional>
#include <string>

namespace nova_rt {

/// How hard isolation is asked for: extra spec rt:isolation.
enum class IsolationMode { Off, BestEffort, Required };

/// How good isolation is. See decision 10 in ARCHITECTURE.md.
enum class Grade { A, B, C, F };

/// The `rt:` extra specs that the host side acts on, with their defaults applied.
struct IsolationPolicy {
    IsolationMode mode = IsolationMode::Off;
    Grade min_grade = Grade::C;

    friend bool operator==(const IsolationPolicy&, const IsolationPolicy&) = default;
};

/// What a domain's XML promises. Pins come from <cputune>; a vCPU, the emulator or an IOThread without a pin
/// is absent from its map. Text fields are tenant-influenced: data, never paths.
struct GuestDomain {
    DomainUuid uuid;
    std::string name;
    unsigned vcpu_count = 0;
    std::map<VcpuId, CpuSet> vcpu_pins;
    std::map<VcpuId, Scheduling>
        vcpu_scheduling; ///< from <vcpusched>; libvirt may split one element in several
    std::optional<CpuSet> emulator_pins;
    std::map<unsigned, CpuSet> iothread_pins;
    std::optional<CpuSet> default_pins; ///< <vcpu cpuset=>: where a thread without a pin of its own may run
    std::optional<std::string> flavor_name; ///< <nova:flavor name=>
    Properties flavor_extra_specs;          ///< <nova:extraSpecs>, Nova 32.0.0 and later
    IsolationPolicy policy;
    std::string policy_problem; ///< why something in the metadata or policy was ignored, usually empty

    /// vCPUs that are SCHED_FIFO or SCHED_RR.
    [[nodiscard]] CpuSet realtime_vcpus() const;
    /// The pCPUs that realtime vCPUs are pinned to.
    [[nodiscard]] CpuSet realtime_pcpus() const;

    [[nodiscard]] bool is_realtime() const { return !realtime_vcpus().empty(); }
};

} // namespace nova_rt
