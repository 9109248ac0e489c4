#include "planner/cell_matching.hpp"

#include <algorithm>
#include <cstdint>

namespace nova_rt {

namespace {

constexpr std::size_t kNobody = SIZE_MAX;

/// Finds a host for `start` by moving earlier guests to other hosts: one augmenting path. False when there is
/// none.
bool augment(const FitMatrix& fits, std::size_t start, const std::vector<bool>& taken,
             std::vector<std::size_t>& owner) {
    std::vector<std::size_t> reached_from(owner.size(), kNobody);
    std::vector<bool> visited = taken;
    std::vector<std::size_t> queue = {start};
    std::size_t end = kNobody;
    for (std::size_t head = 0; head < queue.size() && end == kNobody; ++head) {
        for (std::size_t host = 0; host < owner.size() && end == kNobody; ++host) {
            if (visited[host] || !fits[queue[head]][host]) {
                continue;
            }
            visited[host] = true;
            reached_from[host] = queue[head];
            if (owner[host] == kNobody) {
                end = host;
            } else {
                queue.push_back(owner[host]);
            }
        }
    }
    if (end == kNobody) {
        return false;
    }
    while (end != kNobody) {
        const std::size_t guest = reached_from[end];
        const auto previous = std::ranges::find(owner, guest);
        const auto vacated = static_cast<std::size_t>(previous - owner.begin());
        owner[end] = guest;
        end = previous == owner.end() ? kNobody : vacated;
    }
    return true;
}

/// Whether guests from `first` on can get different hosts that are not taken.
bool can_match_rest(const FitMatrix& fits, std::size_t first, const std::vector<bool>& taken) {
    std::vector<std::size_t> owner(taken.size(), kNobody);
    for (std::size_t guest = first; guest < fits.size(); ++guest) {
        if (!augment(fits, guest, taken, owner)) {
            return false;
        }
    }
    return true;
}

} // namespace

std::optional<std::vector<std::size_t>> first_matching(const FitMatrix& fits) {
    std::vector<std::size_t> chosen;
    std::vector<bool> taken(fits.empty() ? 0 : fits.front().size(), false);
    for (std::size_t guest = 0; guest < fits.size(); ++guest) {
        std::size_t host = 0;
        for (; host < taken.size(); ++host) {
            if (taken[host] || !fits[guest][host]) {
                continue;
            }
            taken[host] = true;
            if (can_match_rest(fits, guest + 1, taken)) {
                break;
            }
            taken[host] = false;
        }
        if (host == taken.size()) {
            return std::nullopt;
        }
        chosen.push_back(host);
    }
    return chosen;
}

} // namespace nova_rt
