#include "planner/cell_fit.hpp"

#include <algorithm>
#include <vector>

namespace nova_rt {

namespace {

using Fit = tl::expected<void, Misfit>;

constexpr std::string_view kPageSize = "hw:mem_page_size";
constexpr std::string_view kCpuPolicy = "hw:cpu_policy";
constexpr std::string_view kMemory = "ram"; // of the flavor

tl::unexpected<Misfit> missing(std::string what, std::string_view key) {
    return tl::unexpected<Misfit>(Misfit{.what = std::move(what), .key = key});
}

std::string kib(KiB size) {
    return std::to_string(size.value) + " KiB";
}

bool fits_pool(const PagePool& pool, MiB memory, std::uint64_t pages) {
    const std::uint64_t wanted = to_kib(memory).value;
    return wanted % pool.size.value == 0 && wanted / pool.size.value <= pages;
}

/// The pools that a request may choose from, largest first.
std::vector<PagePool> candidates(const LedgerCell& host, const PageSizeRequest& request) {
    using Kind = PageSizeRequest::Kind;
    std::vector<PagePool> pools = host.page_pools;
    std::ranges::sort(pools, [](const auto& a, const auto& b) { return a.size > b.size; });
    if (request.kind == Kind::Small && !pools.empty()) {
        return {pools.back()};
    }
    if (request.kind == Kind::Large && !pools.empty()) {
        pools.pop_back();
    }
    if (request.kind == Kind::Exact) {
        std::erase_if(pools, [&](const PagePool& pool) { return pool.size != request.exact; });
    }
    return pools;
}

/// Chooses the page size into the draft.
Fit fit_pages(const LedgerCell& host, const GuestCell& guest, CellDraft& draft) {
    const auto pools = candidates(host, *draft.page_size);
    std::string seen;
    for (const PagePool& pool : pools) {
        if (fits_pool(pool, guest.memory, pool.free())) {
            draft.page_size = PageSizeRequest{.kind = PageSizeRequest::Kind::Exact, .exact = pool.size};
            return {};
        }
        seen += (seen.empty() ? "" : ", ") + std::to_string(pool.free()) + " of " + kib(pool.size);
    }
    return missing(pools.empty() ? "the cell has no pages of the size asked for"
                                 : "no page size holds " + std::to_string(guest.memory.value) +
                                       " MiB exactly; free pages: " + seen,
                   kPageSize);
}

Fit fit_free_memory(const LedgerCell& host, const GuestCell& guest) {
    if (static_cast<std::int64_t>(guest.memory.value) <= host.available_memory()) {
        return {};
    }
    return missing(std::to_string(guest.memory.value) + " MiB are needed, " +
                       std::to_string(host.available_memory()) + " are free",
                   kMemory);
}

/// Without a page size memory may be overcommitted. Pinned guests are held to what is free: by Nova 33 here,
/// by 26.2 in fit_pinned().
Fit fit_memory_without_page_size(const LedgerCell& host, const RealtimeRequest& request,
                                 const GuestCell& guest) {
    const bool free_only = host.release == NovaRelease::Gazpacho && request.cpu_policy != CpuPolicy::Shared;
    if (host.page_pools.empty()) {
        if (free_only) {
            return fit_free_memory(host, guest);
        }
        return guest.memory <= host.memory
                   ? Fit{}
                   : missing("the cell has " + std::to_string(host.memory.value) + " MiB of memory in all",
                             kMemory);
    }
    const auto smallest = std::ranges::min_element(
        host.page_pools, [](const auto& a, const auto& b) { return a.size < b.size; });
    const std::uint64_t pages = free_only ? smallest->free() : smallest->total;
    if (fits_pool(*smallest, guest.memory, pages)) {
        return {};
    }
    return missing("the cell's " + std::to_string(pages) + (free_only ? " free" : "") + " pages of " +
                       kib(smallest->size) + " do not hold " + std::to_string(guest.memory.value) + " MiB",
                   kMemory);
}

/// What the cell could never hold, whatever is free: no guest overcommits against itself.
Fit fit_capacity(const LedgerCell& host, const RealtimeRequest& request, const GuestCell& guest,
                 std::size_t pcpus) {
    if (request.cpu_policy != CpuPolicy::Shared && pcpus > host.dedicated.size()) {
        return missing(std::to_string(pcpus) + " dedicated pCPUs are needed, the cell has " +
                           std::to_string(host.dedicated.size()),
                       kCpuPolicy);
    }
    if (request.cpu_policy != CpuPolicy::Dedicated && guest.shared_vcpus.size() > host.shared.size()) {
        return missing(std::to_string(guest.shared_vcpus.size()) + " floating vCPUs, but only " +
                           std::to_string(host.shared.size()) + " shared pCPUs in the cell",
                       "[compute]cpu_shared_set");
    }
    return {};
}

Fit fit_pinned(const LedgerCell& host, const RealtimeRequest& request, const GuestCell& guest,
               EmulatorReserve reserve, std::size_t pcpus, CellDraft& draft) {
    const CpuSet free = host.free_pcpus();
    if (pcpus > free.size()) {
        return missing(std::to_string(pcpus) + " dedicated pCPUs are needed, " + std::to_string(free.size()) +
                           " are free",
                       kCpuPolicy);
    }
    if (host.release == NovaRelease::Zed) {
        if (auto memory = fit_free_memory(host, guest); !memory) {
            return memory;
        }
    }
    auto packing = pack_onto_cores(host, guest.pinned_vcpus, request.thread_policy, reserve);
    if (!packing) {
        return tl::unexpected<Misfit>(std::move(packing).error());
    }
    for (const auto& [vcpu, pcpu] : packing->pins) {
        draft.packing.pins[vcpu] = pcpu;
    }
    draft.packing.emulator_pcpu = packing->emulator_pcpu;
    return {};
}

Fit fit_limits(const LedgerCell& host, const GuestCell& guest, const AllocationLimits& limits) {
    const auto vcpus = static_cast<double>(host.vcpus_used + guest.shared_vcpus.size());
    if (vcpus > static_cast<double>(host.shared.size()) * limits.cpu_allocation_ratio) {
        return missing("cpu_allocation_ratio leaves no room for the floating vCPUs",
                       "[DEFAULT]cpu_allocation_ratio");
    }
    const auto memory = static_cast<double>(host.memory_used + guest.memory.value);
    if (memory > static_cast<double>(host.memory.value) * limits.ram_allocation_ratio) {
        return missing("ram_allocation_ratio leaves no room for the memory", "[DEFAULT]ram_allocation_ratio");
    }
    return {};
}

} // namespace

tl::expected<void, Misfit> fit_cell(const LedgerCell& host, const RealtimeRequest& request,
                                    const GuestCell& guest, EmulatorReserve reserve,
                                    const std::optional<AllocationLimits>& limits, CellDraft& draft) {
    const std::size_t pcpus =
        guest.pinned_vcpus.size() + (reserve == EmulatorReserve::OnePcpu ? std::size_t{1} : 0);
    auto memory =
        draft.page_size ? fit_pages(host, guest, draft) : fit_memory_without_page_size(host, request, guest);
    if (!memory) {
        return memory;
    }
    if (auto capacity = fit_capacity(host, request, guest, pcpus); !capacity) {
        return capacity;
    }
    if (request.cpu_policy != CpuPolicy::Shared) {
        if (auto pinned = fit_pinned(host, request, guest, reserve, pcpus, draft); !pinned) {
            return pinned;
        }
    }
    if (request.cpu_policy != CpuPolicy::Dedicated && limits) {
        return fit_limits(host, guest, *limits);
    }
    return {};
}

} // namespace nova_rt
