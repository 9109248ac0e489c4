// A guest that runs on this host already, and what its XML says it holds of the host.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"
#include "base/units.hpp"
#include "model/guest_domain.hpp"

#include <optional>
#include <vector>

namespace nova_rt {

/// The pages of one guest NUMA cell.
enum class PageChoice {
    Smallest,    ///< no huge pages
    HostDefault, ///< <hugepages/> without a size
    Exact,       ///< ResidentCell::page_size
};

/// One guest NUMA cell of a guest that runs.
struct ResidentCell {
    GuestCellId id;
    CpuSet vcpus;
    KiB memory;
    PageChoice pages = PageChoice::Smallest;
    KiB page_size;     ///< with Exact only
    CpuSet host_cells; ///< where the memory may be; empty: anywhere
};

/// `cells` is empty for a guest without NUMA topology: Nova counts such a guest on no host NUMA cell.
struct ResidentGuest {
    GuestDomain domain;
    std::vector<ResidentCell> cells;
};

} // namespace nova_rt
