#include "planner/cell_selector.hpp"

#include "planner/cell_matching.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <utility>

namespace nova_rt {

namespace {

/// Beyond this many permutations Nova's defective cache is not followed: the answer comes from a matching.
constexpr std::size_t kMaxPermutations = 50'000;

using Order = std::vector<std::size_t>;

template <typename Key> void stable_sort_by(Order& order, bool descending, Key key) {
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return descending ? key(a) > key(b) : key(a) < key(b); });
}

/// The host cells in the order in which Nova tries them; sorted only when the guest needs fewer.
Order preferred_order(const CpuLedger& ledger, const RealtimeRequest& request, const NovaOptions& options) {
    const auto& cells = ledger.cells();
    Order order(cells.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (cells.size() <= request.cells.size()) {
        return order;
    }
    const bool pack = options.packing_cells;
    stable_sort_by(order, !pack, [&](std::size_t i) { return cells[i].available_memory(); });
    if (request.cpu_policy == CpuPolicy::Shared) {
        stable_sort_by(order, pack, [&](std::size_t i) { return cells[i].vcpus_used; });
    } else {
        stable_sort_by(order, !pack, [&](std::size_t i) { return cells[i].free_pcpus().size(); });
    }
    return order;
}

/// The inputs of one search, and the reason why each pair of cells did not fit.
class Search {
public:
    Search(const CpuLedger& ledger, const RealtimeRequest& request,
           const std::optional<AllocationLimits>& limits, Order order)
        : ledger_(ledger), request_(request), limits_(limits), order_(std::move(order)) {}

    [[nodiscard]] std::optional<CellChoice> as_nova_does();
    [[nodiscard]] std::optional<CellChoice> by_matching() const;
    [[nodiscard]] bool is_legal(const CellChoice& choice) const;
    [[nodiscard]] Misfit complaints() const;

    [[nodiscard]] bool is_small() const {
        std::size_t permutations = 1;
        for (std::size_t i = 0; i < request_.cells.size(); ++i) {
            permutations *= order_.size() - i;
            if (permutations > kMaxPermutations) {
                return false;
            }
        }
        return true;
    }

private:
    /// What Nova mutates while it searches: an instance cell's id is also its key in the fit caches.
    struct NovaState {
        std::vector<CellDraft> drafts;
        std::vector<std::uint32_t> ids;
        std::set<std::pair<std::uint32_t, std::uint32_t>> fits;
        std::set<std::pair<std::uint32_t, std::uint32_t>> fits_not;
    };

    [[nodiscard]] EmulatorReserve reserve_for(std::size_t guest) const {
        const bool isolate = request_.emulator_threads_policy == EmulatorThreadsPolicy::Isolate;
        return isolate && guest == 0 ? EmulatorReserve::OnePcpu : EmulatorReserve::None;
    }

    [[nodiscard]] tl::expected<void, Misfit> fit(std::size_t host, std::size_t guest,
                                                 CellDraft& draft) const {
        return fit_cell(ledger_.cells()[host], request_, request_.cells[guest], reserve_for(guest), limits_,
                        draft);
    }

    bool try_permutation(const Order& permutation, NovaState& state) const;

    const CpuLedger& ledger_;
    const RealtimeRequest& request_;
    const std::optional<AllocationLimits>& limits_;
    Order order_;
};

bool Search::try_permutation(const Order& permutation, NovaState& state) const {
    for (std::size_t guest = 0; guest < permutation.size(); ++guest) {
        const std::uint32_t host_id = ledger_.cells()[permutation[guest]].id.value;
        const auto pair = std::pair(host_id, state.ids[guest]);
        if (state.fits_not.contains(pair)) {
            return false;
        }
        if (state.fits.contains(pair)) {
            state.ids[guest] = host_id;
            continue;
        }
        if (!fit(permutation[guest], guest, state.drafts[guest])) {
            state.fits_not.insert(pair);
            return false;
        }
        state.ids[guest] = host_id;
        state.fits.insert(pair);
    }
    return true;
}

/// Steps to the next selection of `order` in the order of Python's itertools.permutations: `picked` holds
/// positions in `order`. False after the last.
bool next_selection(Order& picked, std::size_t available) {
    std::vector<bool> taken(available, false);
    for (const std::size_t position : picked) {
        taken[position] = true;
    }
    for (std::size_t slot = picked.size(); slot-- > 0;) {
        taken[picked[slot]] = false;
        std::size_t next = picked[slot] + 1;
        while (next < available && taken[next]) {
            ++next;
        }
        if (next == available) {
            continue;
        }
        picked[slot] = next;
        taken[next] = true;
        for (std::size_t rest = slot + 1; rest < picked.size(); ++rest) {
            const auto free = std::ranges::find(taken, false);
            picked[rest] = static_cast<std::size_t>(free - taken.begin());
            taken[picked[rest]] = true;
        }
        return true;
    }
    return false;
}

std::optional<CellChoice> Search::as_nova_does() {
    NovaState state;
    for (const GuestCell& cell : request_.cells) {
        state.drafts.push_back({.page_size = request_.page_size, .packing = {}});
        state.ids.push_back(cell.id.value);
    }
    Order picked(request_.cells.size());
    std::iota(picked.begin(), picked.end(), std::size_t{0});
    do {
        Order permutation;
        std::ranges::transform(picked, std::back_inserter(permutation),
                               [&](std::size_t position) { return order_[position]; });
        if (try_permutation(permutation, state)) {
            return CellChoice{.host_cells = permutation, .drafts = state.drafts, .reasons = {}};
        }
    } while (next_selection(picked, order_.size()));
    return std::nullopt;
}

std::optional<CellChoice> Search::by_matching() const {
    const std::size_t guests = request_.cells.size();
    FitMatrix fits(guests, std::vector<bool>(order_.size(), false));
    std::vector<std::vector<CellDraft>> drafts(guests, std::vector<CellDraft>(order_.size()));
    for (std::size_t guest = 0; guest < guests; ++guest) {
        for (std::size_t host = 0; host < order_.size(); ++host) {
            drafts[guest][host].page_size = request_.page_size;
            fits[guest][host] = fit(order_[host], guest, drafts[guest][host]).has_value();
        }
    }
    const auto matching = first_matching(fits);
    if (!matching) {
        return std::nullopt;
    }
    CellChoice choice;
    for (std::size_t guest = 0; guest < guests; ++guest) {
        const std::size_t host = (*matching)[guest];
        choice.host_cells.push_back(order_[host]);
        choice.drafts.push_back(drafts[guest][host]);
    }
    return choice;
}

bool Search::is_legal(const CellChoice& choice) const {
    for (std::size_t guest = 0; guest < request_.cells.size(); ++guest) {
        CellDraft fresh{.page_size = choice.drafts[guest].page_size, .packing = {}};
        if (!fit(choice.host_cells[guest], guest, fresh) ||
            fresh.packing.pins != choice.drafts[guest].packing.pins ||
            fresh.packing.emulator_pcpu != choice.drafts[guest].packing.emulator_pcpu) {
            return false;
        }
    }
    return true;
}

/// Why a guest cell does not fit some host cells, for the same reason.
struct Complaint {
    std::string guest_cell;
    std::string host_cells;
    std::string what;
};

void note(std::vector<Complaint>& all, Complaint complaint) {
    if (!all.empty() && all.back().guest_cell == complaint.guest_cell && all.back().what == complaint.what) {
        all.back().host_cells += "," + complaint.host_cells;
        return;
    }
    all.push_back(std::move(complaint));
}

Misfit Search::complaints() const {
    constexpr std::size_t kMostShown = 8;
    std::vector<Complaint> all;
    std::string_view key;
    for (std::size_t guest = 0; guest < request_.cells.size(); ++guest) {
        const std::string who = std::to_string(request_.cells[guest].id.value);
        for (const std::size_t host : order_) {
            CellDraft draft{.page_size = request_.page_size, .packing = {}};
            auto fitted = fit(host, guest, draft);
            if (fitted) {
                continue;
            }
            key = key.empty() ? fitted.error().key : key;
            note(all, {.guest_cell = who,
                       .host_cells = std::to_string(ledger_.cells()[host].id.value),
                       .what = std::move(fitted).error().what});
        }
    }
    if (all.empty()) {
        return {.what = "; each guest cell fits somewhere, but not all at once", .key = "hw:numa_nodes"};
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), kMostShown); ++i) {
        const bool several = all[i].host_cells.find(',') != std::string::npos;
        text += "; guest cell " + all[i].guest_cell + " on host cell" + (several ? "s " : " ") +
                all[i].host_cells + ": " + all[i].what;
    }
    return {.what = std::move(text), .key = key};
}

Refusal no_fit(const Misfit& why) {
    return {.stage = "fit",
            .type = "NoFit",
            .message = "The guest's NUMA topology does not fit this host" + why.what,
            .key = std::string(why.key),
            .provenance = why.key.starts_with('[') ? Provenance::Config : Provenance::Host,
            .repair = {}};
}

} // namespace

Judged<CellChoice> select_cells(const CpuLedger& ledger, const RealtimeRequest& request,
                                const NovaOptions& options, const std::optional<AllocationLimits>& limits) {
    if (ledger.cells().size() < request.cells.size()) {
        return fail(no_fit({.what = "; the guest has " + std::to_string(request.cells.size()) +
                                    " NUMA cells, the host has " + std::to_string(ledger.cells().size()),
                            .key = "hw:numa_nodes"}));
    }
    Search search(ledger, request, limits, preferred_order(ledger, request, options));
    if (search.is_small()) {
        const auto nova = search.as_nova_does();
        if (!nova) {
            return fail(no_fit(search.complaints()));
        }
        if (search.is_legal(*nova)) {
            return *nova;
        }
    }
    auto matched = search.by_matching();
    if (!matched) {
        return fail(no_fit(search.complaints()));
    }
    if (search.is_small()) {
        matched->reasons.push_back(
            {.severity = Reason::Severity::Warning,
             .subject = "host cells",
             .text = "Nova's fit cache (nova/virt/hardware.py, numa_fit_instance_to_host) gives an illegal "
                     "placement here; this plan differs from it"});
    }
    return *std::move(matched);
}

} // namespace nova_rt
