// Where every vCPU, page and emulator thread of a guest goes, and why.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "base/units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// Where a value came from.
enum class Provenance { Flavor, Image, Config, Host, Default };

/// One sentence about one choice.
struct Reason {
    enum class Severity { Info, Warning };

    Severity severity = Severity::Info;
    std::string subject; ///< what it is about: "vcpu 2", "emulator", an extra spec's key
    std::string text;
};

/// Why a guest is not placed: Nova's stage and exception name, and the way out.
struct Refusal {
    std::string stage; ///< the oracle's stage: schema, image, api, constraints, placement,
                       ///< hostconf, host, placed, fit, post, xml
    std::string type;  ///< Nova's exception class, or "NoFit"
    std::string message;
    std::string key; ///< the extra spec, property or option, may be empty
    Provenance provenance = Provenance::Default;
    std::string repair; ///< a command an operator can run, may be empty
};

/// One guest NUMA cell on one host NUMA cell.
struct CellPlacement {
    GuestCellId guest_cell;
    HostCellId host_cell;
    CpuSet shared_vcpus;
    CpuSet float_pcpus; ///< the host cell's shared set: where shared_vcpus may run
    std::map<VcpuId, PcpuId> pins;
    std::optional<PcpuId> emulator_pcpu; ///< reserved here by hw:emulator_threads_policy=isolate
    MiB memory;
    std::optional<KiB> page_size;
    bool huge_pages = false; ///< page_size is larger than the smallest of the first host cell
};

struct PinningPlan {
    std::vector<CellPlacement> cells; ///< ascending by guest cell; empty for a guest without NUMA topology
    CpuSet emulator_pcpus;            ///< <emulatorpin>; empty: none is written
    CpuSet realtime_vcpus;            ///< <vcpusched scheduler='fifo'>
    std::int64_t realtime_priority = 1;
    /// Nova looks for the page size on the first host cell only, and without it leaves memAccess='shared'
    /// out: vhost-user ports of such a guest do not work.
    bool withholds_shared_access = false;
    std::vector<Reason> reasons;

    /// The pCPU a vCPU is pinned to, none when it floats.
    [[nodiscard]] std::optional<PcpuId> pin_of(VcpuId vcpu) const;
    /// The pCPUs that carry realtime vCPUs.
    [[nodiscard]] CpuSet realtime_pcpus() const;
};

} // namespace nova_rt
