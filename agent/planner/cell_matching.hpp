// Guest cells to different host cells, each to one it fits.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace nova_rt {

/// fits[guest][host]: whether the guest cell fits the host cell. All rows have the same length.
using FitMatrix = std::vector<std::vector<bool>>;

/// The first assignment in the order in which permutations of the host cells are tried, in polynomial time;
/// none when there is no assignment.
[[nodiscard]] std::optional<std::vector<std::size_t>> first_matching(const FitMatrix& fits);

} // namespace nova_rt
