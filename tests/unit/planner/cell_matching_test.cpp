#include "planner/cell_matching.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace nova_rt {
namespace {

using Matching = std::optional<std::vector<std::size_t>>;

/// The first permutation that fits, by trying them all.
Matching by_permutations(const FitMatrix& fits, std::size_t hosts, std::vector<std::size_t> chosen = {}) {
    if (chosen.size() == fits.size()) {
        return chosen;
    }
    for (std::size_t host = 0; host < hosts; ++host) {
        if (!fits[chosen.size()][host] || std::find(chosen.begin(), chosen.end(), host) != chosen.end()) {
            continue;
        }
        auto next = chosen;
        next.push_back(host);
        if (const auto found = by_permutations(fits, hosts, next)) {
            return found;
        }
    }
    return std::nullopt;
}

TEST(CellMatching, FindsTheFirstPermutationThatFits) {
    EXPECT_EQ(first_matching({{true, true}, {true, false}}), (std::vector<std::size_t>{1, 0}));
    EXPECT_EQ(first_matching({{true, false}, {true, false}}), std::nullopt);
    EXPECT_EQ(first_matching({}), std::vector<std::size_t>{});
    std::mt19937 random(7); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same matrices each time
    for (int round = 0; round < 400; ++round) {
        const std::size_t hosts = 1 + random() % 6;
        const std::size_t guests = 1 + random() % hosts;
        FitMatrix fits(guests, std::vector<bool>(hosts));
        for (auto& row : fits) {
            std::generate(row.begin(), row.end(), [&] { return random() % 2 == 0; });
        }
        EXPECT_EQ(first_matching(fits), by_permutations(fits, hosts));
    }
}

TEST(CellMatching, EndsOnLargeHosts) {
    // the last guest fits nowhere that the others can leave it: permutations would take an age
    FitMatrix fits(60, std::vector<bool>(64, true));
    std::fill(fits.back().begin(), fits.back().end(), false);
    EXPECT_EQ(first_matching(fits), std::nullopt);
    fits.back().back() = true;
    EXPECT_EQ(first_matching(fits)->back(), 63U);
}

} // namespace
} // namespace nova_rt
