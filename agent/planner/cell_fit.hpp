// Whether one guest cell fits one host cell, and how.
#pragma once

#include "model/nova_options.hpp"
#include "model/realtime_request.hpp"
#include "planner/core_allocator.hpp"
#include "planner/cpu_ledger.hpp"

#include <tl/expected.hpp>

#include <map>
#include <optional>
#include <string>

namespace nova_rt {

/// What has been decided about a guest cell. Nova decides in place and keeps what an attempt on another host
/// cell left behind; so does this, see cell_selector.cpp.
struct CellDraft {
    std::optional<PageSizeRequest> page_size; ///< Exact once it is chosen
    CorePacking packing;
};

/// nova/virt/hardware.py, _numa_fit_instance_cell. The error says what is missing.
[[nodiscard]] tl::expected<void, Misfit> fit_cell(const LedgerCell& host, const RealtimeRequest& request,
                                                  const GuestCell& guest, EmulatorReserve reserve,
                                                  const std::optional<AllocationLimits>& limits,
                                                  CellDraft& draft);

} // namespace nova_rt
