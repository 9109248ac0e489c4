#include "lint/rule_sets.hpp"

#include <algorithm>
#include <array>

namespace nova_rt {

namespace {

bool has_smt(const HostTopology& host) {
    return std::ranges::any_of(host.cells, [](const HostCell& cell) {
        return std::ranges::any_of(cell.thread_siblings, [](const CpuSet& core) { return core.size() > 1; });
    });
}

bool is_dedicated(const LintSubject& subject) {
    return subject.request && subject.request->cpu_policy == CpuPolicy::Dedicated;
}

/// pCPUs the busiest host NUMA cell could give to pinned vCPUs.
std::size_t most_dedicated(const LintSubject& subject) {
    std::size_t most = 0;
    for (const HostCell& cell : subject.host->cells) {
        const CpuSet usable =
            subject.options.cpu_dedicated_set ? cell.cpus & *subject.options.cpu_dedicated_set : cell.cpus;
        most = std::max(most, usable.size());
    }
    return most;
}

LintHits share_without_shared_set(const LintSubject& subject) {
    if (subject.spec("hw:emulator_threads_policy") != "share" || !subject.knows_options() ||
        subject.options.cpu_shared_set) {
        return {};
    }
    return {{.key = "hw:emulator_threads_policy",
             .what = "share, and the host has no [compute]cpu_shared_set",
             .repair = subject.set_spec("hw:emulator_threads_policy", "isolate")}};
}

LintHits policy_without_pinning(const LintSubject& subject) {
    if (!subject.request || subject.request->cpu_policy != CpuPolicy::Shared ||
        !subject.request->cells.empty() || subject.spec("hw:emulator_threads_policy") != "share") {
        return {};
    }
    return {{.key = "hw:emulator_threads_policy",
             .what = "share on a guest whose vCPUs float",
             .repair = subject.unset_spec("hw:emulator_threads_policy")}};
}

LintHits isolate_on_smt(const LintSubject& subject) {
    const bool isolate = subject.request && subject.request->thread_policy == CpuThreadPolicy::Isolate;
    if (!isolate || !subject.host || !subject.options.cpu_dedicated_set || !has_smt(*subject.host)) {
        return {};
    }
    return {{.key = "hw:cpu_thread_policy",
             .what = "isolate on a host with thread siblings and [compute]cpu_dedicated_set",
             .repair = subject.set_spec("hw:cpu_thread_policy", "require")}};
}

LintHits odd_require(const LintSubject& subject) {
    const bool require = subject.request && subject.request->thread_policy == CpuThreadPolicy::Require;
    if (!require) {
        return {};
    }
    LintHits hits;
    for (const GuestCell& cell : subject.request->cells) {
        if (cell.pinned_vcpus.size() % 2 != 0) {
            hits.push_back({.key = "hw:cpu_thread_policy",
                            .what = "require, and guest cell " + std::to_string(cell.id.value) + " pins " +
                                    std::to_string(cell.pinned_vcpus.size()) + " vCPUs",
                            .repair = ""});
        }
    }
    return hits;
}

LintHits invented_siblings(const LintSubject& subject) {
    constexpr std::int64_t kSeveral = 2;
    const auto flavor = subject.spec("hw:cpu_threads");
    const std::int64_t threads = subject.meta.integer("hw_cpu_threads").value_or(0) != 0
                                     ? *subject.meta.integer("hw_cpu_threads")
                                     : python_int(flavor.value_or("0")).value_or(0);
    const bool require = subject.request && subject.request->thread_policy == CpuThreadPolicy::Require;
    if (!is_dedicated(subject) || threads < kSeveral || require) {
        return {};
    }
    const bool image = subject.meta.integer("hw_cpu_threads").value_or(0) != 0;
    return {{.key = image ? "hw_cpu_threads" : "hw:cpu_threads",
             .what = "the guest is told of " + std::to_string(threads) +
                     " threads per core, and nothing makes pCPUs siblings",
             .repair = subject.set_spec("hw:cpu_thread_policy", "require")}};
}

LintHits more_cells_than_host(const LintSubject& subject) {
    if (!subject.request || !subject.host || subject.request->cells.size() <= subject.host->cells.size()) {
        return {};
    }
    return {{.key = "hw:numa_nodes",
             .what = std::to_string(subject.request->cells.size()) + " guest NUMA cells, and the host has " +
                     std::to_string(subject.host->cells.size()),
             .repair = subject.set_spec("hw:numa_nodes", std::to_string(subject.host->cells.size()))}};
}

LintHits one_cell_too_small(const LintSubject& subject) {
    if (!subject.request || !subject.host || subject.request->cells.size() != 1 ||
        subject.host->cells.size() < 2) {
        return {};
    }
    const bool isolate = subject.request->emulator_threads_policy == EmulatorThreadsPolicy::Isolate;
    const std::size_t wanted = subject.request->cells.front().pinned_vcpus.size() + (isolate ? 1U : 0U);
    const std::size_t most = most_dedicated(subject);
    if (wanted <= most) {
        return {};
    }
    return {{.key = "hw:numa_nodes",
             .what = std::to_string(wanted) +
                     " pCPUs in one guest NUMA cell, and no host cell has more than " + std::to_string(most),
             .repair = subject.set_spec("hw:numa_nodes", "2")}};
}

LintHits emulator_in_one_cell(const LintSubject& subject) {
    if (subject.realtime_vcpus().empty() || subject.request->cells.size() < 2 ||
        subject.request->emulator_threads_policy != EmulatorThreadsPolicy::Isolate) {
        return {};
    }
    return {{.key = "hw:emulator_threads_policy",
             .what = "isolate in a guest of " + std::to_string(subject.request->cells.size()) + " NUMA cells",
             .repair = ""}};
}

LintHits cells_after_gap(const LintSubject& subject) {
    LintHits hits;
    for (const std::string stem : {"hw:numa_cpus.", "hw:numa_mem."}) {
        std::int64_t next = 0;
        while (find_property(subject.flavor.extra_specs, stem + std::to_string(next))) {
            ++next;
        }
        for (const auto& [key, value] : subject.flavor.extra_specs) {
            const auto cell = key.starts_with(stem) ? python_int(key.substr(stem.size())) : std::nullopt;
            if (cell && (*cell > next || key != stem + std::to_string(*cell))) {
                hits.push_back({.key = key,
                                .what = "not read: there is no " + stem + std::to_string(next),
                                .repair = subject.unset_spec(key)});
            }
        }
    }
    return hits;
}

constexpr LintTopic kPlacement = LintTopic::Placement;
constexpr LintSeverity kError = LintSeverity::Error;
constexpr LintSeverity kInfo = LintSeverity::Info;

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "share-without-shared-set",
     .severity = kError,
     .topic = kPlacement,
     .found = "`hw:emulator_threads_policy=share` and a host without `[compute]cpu_shared_set`",
     .why =
         "a realtime guest is scheduled there and ends in ERROR at spawn; another one's emulator threads run "
         "on its vCPUs' pCPUs",
     .check = share_without_shared_set},
    {.id = "emulator-policy-without-pinning",
     .severity = kInfo,
     .found = "`hw:emulator_threads_policy=share` on a guest without pinning or NUMA cells",
     .why = "it has no effect",
     .check = policy_without_pinning},
    {.id = "isolate-on-smt",
     .severity = kError,
     .topic = kPlacement,
     .found = "`hw:cpu_thread_policy=isolate`, a host with SMT and `[compute]cpu_dedicated_set`",
     .why = "Nova finds no room on such a host, however empty (bug 1889633)",
     .check = isolate_on_smt},
    {.id = "require-with-odd-vcpus",
     .severity = kInfo,
     .topic = kPlacement,
     .found = "`hw:cpu_thread_policy=require` and an odd number of pinned vCPUs in a guest cell",
     .why = "one vCPU sits alone on a core whose other thread goes to the next guest",
     .check = odd_require},
    {.id = "guest-threads-without-siblings",
     .topic = kPlacement,
     .found = "a pinned guest with several threads per core, without `require`",
     .why = "the guest's scheduler treats vCPUs as siblings that are not",
     .check = invented_siblings},
    {.id = "more-cells-than-host",
     .severity = kError,
     .topic = kPlacement,
     .found = "more guest NUMA cells than the host has",
     .why = "Nova places each on a cell of its own: the guest does not fit",
     .check = more_cells_than_host},
    {.id = "one-cell-too-small",
     .severity = kError,
     .topic = kPlacement,
     .found = "a guest of one NUMA cell with more pinned vCPUs than any host cell has dedicated pCPUs",
     .why = "pinning makes one NUMA cell unless `hw:numa_nodes` says otherwise: the guest does not fit",
     .check = one_cell_too_small},
    {.id = "emulator-in-first-cell",
     .severity = kInfo,
     .topic = kPlacement,
     .found = "`isolate` emulator threads in a realtime guest of several NUMA cells",
     .why = "their one pCPU is beside guest cell 0: emulation for the other cells crosses NUMA cells",
     .check = emulator_in_one_cell},
    {.id = "numa-cells-after-gap",
     .found = "`hw:numa_cpus.N` or `hw:numa_mem.N` after a missing number",
     .why = "Nova reads from 0 to the first gap and ignores the rest",
     .check = cells_after_gap},
});

} // namespace

std::span<const LintRule> topology_lint_rules() {
    return kRules;
}

} // namespace nova_rt
