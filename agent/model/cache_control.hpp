// The level-3 caches of a machine, and what its resctrl file system can divide among guests.
#pragma once

#include "base/cpu_set.hpp"
#include "base/units.hpp"

#include <optional>
#include <vector>

namespace nova_rt {

/// One level-3 cache. `id` is the kernel's, which libvirt's <cache id=> and <node id=> mean.
struct L3Cache {
    unsigned id = 0;
    CpuSet cpus; ///< online pCPUs that share it
    KiB size;
};

/// Cache allocation (Intel CAT, AMD QoS). Source: Documentation/arch/x86/resctrl.rst, info/L3.
struct CacheAllocation {
    /// Whether code and data have masks of their own (mount option cdp).
    enum class Kind { Unified, CodeAndData };

    unsigned ways = 0;     ///< bits of cbm_mask
    unsigned min_ways = 1; ///< min_cbm_bits
    Kind kind = Kind::Unified;
};

/// Memory bandwidth allocation (MBA). Source: as above, info/MB.
struct BandwidthAllocation {
    unsigned min_percent = 10;
    unsigned step_percent = 10;
};

/// Without resctrl, or where the hardware has no such thing, the optionals are empty.
struct CacheControl {
    std::vector<L3Cache> l3; ///< ascending by id
    std::optional<CacheAllocation> allocation;
    std::optional<BandwidthAllocation> bandwidth;
};

} // namespace nova_rt
