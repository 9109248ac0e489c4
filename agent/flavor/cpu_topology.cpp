#include "flavor/cpu_topology.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>

namespace nova_rt {

namespace {

constexpr std::int64_t kUnlimited = 65536;

/// Sockets, cores, threads as signed numbers: flavors and images may hold any integer.
using Counts = std::array<std::int64_t, 3>;
constexpr std::array<const char*, 3> kNames = {"sockets", "cores", "threads"};

/// int(extra spec), 0 when absent.
Judged<Counts> flavor_counts(const RuleInput& input, const std::string& prefix) {
    Counts counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const std::string key = "hw:" + prefix + kNames[i];
        const auto text = input.spec(key);
        const auto number = text ? python_int(*text) : std::optional<std::int64_t>(0);
        if (!number) {
            return refuse("InvalidRequest",
                          "Invalid flavor extra spec. Error: invalid literal for int() with base 10: '" +
                              *text + "'",
                          key, Provenance::Flavor, flavor_unset_command(input.flavor, key));
        }
        counts[i] = *number;
    }
    return counts;
}

Counts image_counts(const RuleInput& input, const std::string& prefix) {
    Counts counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i] = input.image.integer("hw_" + prefix + kNames[i]).value_or(0);
    }
    return counts;
}

bool any_set(const Counts& counts) {
    return std::ranges::any_of(counts, [](std::int64_t count) { return count != 0; });
}

/// The first position where a count is above its limit; a limit of 0 does not limit.
std::optional<std::size_t> first_above(const Counts& counts, const Counts& limits) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (limits[i] != 0 && counts[i] > limits[i]) {
            return i;
        }
    }
    return std::nullopt;
}

std::string listed(const Counts& counts) {
    return "sockets=" + std::to_string(counts[0]) + ", cores=" + std::to_string(counts[1]) +
           ", threads=" + std::to_string(counts[2]);
}

GuestCpuTopology topology_of(const Counts& counts) {
    const auto unsigned_count = [](std::int64_t count) {
        return count > 0 ? static_cast<std::uint64_t>(count) : 0;
    };
    return {.sockets = unsigned_count(counts[0]),
            .cores = unsigned_count(counts[1]),
            .threads = unsigned_count(counts[2])};
}

int score(const GuestCpuTopology& topology, const GuestCpuTopology& wanted) {
    return (wanted.sockets != 0 && topology.sockets == wanted.sockets ? 1 : 0) +
           (wanted.cores != 0 && topology.cores == wanted.cores ? 1 : 0) +
           (wanted.threads != 0 && topology.threads == wanted.threads ? 1 : 0);
}

} // namespace

Judged<CpuTopologyWish> cpu_topology_wish(const RuleInput& input) {
    NOVA_RT_TRY_ASSIGN(flavor_max, flavor_counts(input, "cpu_max_"));
    const Counts image_max = image_counts(input, "cpu_max_");
    if (const auto i = first_above(image_max, flavor_max)) {
        const std::string key = std::string("hw_cpu_max_") + kNames[*i];
        return refuse("ImageVCPULimitsRangeExceeded",
                      "Image vCPU topology limits (" + listed(image_max) +
                          ") exceeds the limits of the flavor (" + listed(flavor_max) + ")",
                      key, Provenance::Image,
                      flavor_set_command(input.flavor, std::string("hw:cpu_max_") + kNames[*i],
                                         std::to_string(image_max[*i])));
    }
    Counts maximum{};
    for (std::size_t i = 0; i < maximum.size(); ++i) {
        const std::int64_t narrower = image_max[i] != 0 ? image_max[i] : flavor_max[i];
        maximum[i] = narrower != 0 ? narrower : kUnlimited;
    }
    NOVA_RT_TRY_ASSIGN(flavor_wish, flavor_counts(input, "cpu_"));
    const Counts image_wish = image_counts(input, "cpu_");
    if (first_above(flavor_wish, maximum)) {
        flavor_wish = {};
    }
    if (const auto i = first_above(image_wish, maximum)) {
        return refuse("ImageVCPUTopologyRangeExceeded",
                      "Image vCPU topology (" + listed(image_wish) +
                          ") exceeds the limits of the flavor or image (" + listed(maximum) + ")",
                      std::string("hw_cpu_") + kNames[*i], Provenance::Image,
                      flavor_set_command(input.flavor, std::string("hw:cpu_max_") + kNames[*i],
                                         std::to_string(image_wish[*i])));
    }
    return CpuTopologyWish{.preferred = topology_of(any_set(image_wish) ? image_wish : flavor_wish),
                           .maximum = topology_of(maximum)};
}

Judged<GuestCpuTopology> best_cpu_topology(std::uint64_t vcpus, const CpuTopologyWish& wish) {
    const GuestCpuTopology limit{.sockets = std::min(vcpus, wish.maximum.sockets),
                                 .cores = std::min(vcpus, wish.maximum.cores),
                                 .threads = std::min(vcpus, wish.maximum.threads)};
    std::optional<GuestCpuTopology> best;
    const auto rank = [&](const GuestCpuTopology& t) {
        return std::tuple(score(t, wish.preferred), t.sockets * t.cores, t.sockets, t.threads);
    };
    for (std::uint64_t sockets = 1; sockets <= limit.sockets; ++sockets) {
        if (vcpus % sockets != 0) {
            continue;
        }
        for (std::uint64_t cores = 1; cores <= std::min(limit.cores, vcpus / sockets); ++cores) {
            const std::uint64_t threads = vcpus / sockets / cores;
            if (sockets * cores * threads != vcpus || threads > limit.threads) {
                continue;
            }
            const GuestCpuTopology topology{.sockets = sockets, .cores = cores, .threads = threads};
            if (!best || rank(topology) > rank(*best)) {
                best = topology;
            }
        }
    }
    if (!best) {
        return refuse("ImageVCPULimitsRangeImpossible",
                      "Requested vCPU limits " + std::to_string(limit.sockets) + ":" +
                          std::to_string(limit.cores) + ":" + std::to_string(limit.threads) +
                          " are impossible to satisfy for vcpus count " + std::to_string(vcpus),
                      "hw:cpu_max_sockets");
    }
    return *best;
}

} // namespace nova_rt
