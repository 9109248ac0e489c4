#include "lint/rule_sets.hpp"

#include <array>

namespace nova_rt {

namespace {

/// The number of an extra spec, none when absent or unreadable.
std::optional<std::int64_t> number_of(const LintSubject& subject, const std::string& key) {
    const auto text = subject.spec(key);
    return text ? python_int(*text) : std::nullopt;
}

LintHits fifo_with_quota(const LintSubject& subject) {
    const auto quota = number_of(subject, "quota:cpu_quota");
    if (!subject.asks_realtime() || !quota || *quota <= 0) {
        return {};
    }
    return {{.key = "quota:cpu_quota",
             .what = "CFS quota on a guest with FIFO vCPUs",
             .repair = subject.unset_spec("quota:cpu_quota")}};
}

LintHits fifo_with_shares(const LintSubject& subject) {
    if (!subject.asks_realtime() || !number_of(subject, "quota:cpu_shares")) {
        return {};
    }
    return {{.key = "quota:cpu_shares",
             .what = "CFS shares on a guest with FIFO vCPUs",
             .repair = subject.unset_spec("quota:cpu_shares")}};
}

LintHits too_many_shares(const LintSubject& subject) {
    constexpr std::int64_t kLeast = 2;     // libvirt
    constexpr std::int64_t kMost = 10'000; // cgroup v2, cpu.weight
    const auto shares = number_of(subject, "quota:cpu_shares");
    if (!shares || *shares == 0 || (*shares >= kLeast && *shares <= kMost)) {
        return {};
    }
    return {{.key = "quota:cpu_shares",
             .what = std::to_string(*shares) + " is outside 2 to 10000",
             .repair = subject.set_spec("quota:cpu_shares", "1024")}};
}

LintHits impossible_period(const LintSubject& subject) {
    constexpr std::int64_t kLeast = 1'000;
    constexpr std::int64_t kMost = 1'000'000;
    LintHits hits;
    const auto period = number_of(subject, "quota:cpu_period");
    if (period && *period != 0 && (*period < kLeast || *period > kMost)) {
        hits.push_back({.key = "quota:cpu_period",
                        .what = std::to_string(*period) + " is outside 1000 to 1000000 microseconds",
                        .repair = subject.set_spec("quota:cpu_period", "100000")});
    }
    const auto quota = number_of(subject, "quota:cpu_quota");
    if (quota && *quota > 0 && *quota < kLeast) {
        hits.push_back({.key = "quota:cpu_quota",
                        .what = std::to_string(*quota) + " is less than 1000 microseconds",
                        .repair = subject.unset_spec("quota:cpu_quota")});
    }
    return hits;
}

LintHits period_alone(const LintSubject& subject) {
    if (!subject.spec("quota:cpu_period") || number_of(subject, "quota:cpu_quota").value_or(0) != 0) {
        return {};
    }
    return {{.key = "quota:cpu_period",
             .what = "a period without quota:cpu_quota",
             .repair = subject.unset_spec("quota:cpu_period")}};
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "quota-on-fifo",
     .found = "`quota:cpu_quota` on a realtime guest",
     .why =
         "FIFO vCPUs are not throttled by it; the guest's housekeeping vCPUs and emulator threads are, and "
         "realtime vCPUs wait for them",
     .check = fifo_with_quota},
    {.id = "shares-on-fifo",
     .severity = LintSeverity::Info,
     .found = "`quota:cpu_shares` on a realtime guest",
     .why = "shares do not touch FIFO vCPUs; they weigh only its emulator threads and housekeeping vCPUs",
     .check = fifo_with_shares},
    {.id = "shares-out-of-range",
     .severity = LintSeverity::Error,
     .found = "`quota:cpu_shares` outside 2 to 10000",
     .why =
         "Nova accepts it. libvirt refuses 1; above 10000 the guest does not start on a host with cgroup v2",
     .check = too_many_shares},
    {.id = "quota-out-of-range",
     .severity = LintSeverity::Error,
     .found = "`quota:cpu_period` outside 1000 to 1000000, or `quota:cpu_quota` from 1 to 999",
     .why = "Nova accepts it and libvirt refuses to start the guest",
     .check = impossible_period},
    {.id = "period-without-quota",
     .severity = LintSeverity::Info,
     .found = "`quota:cpu_period` without `quota:cpu_quota`",
     .why = "nothing is limited",
     .check = period_alone},
});

} // namespace

std::span<const LintRule> quota_lint_rules() {
    return kRules;
}

} // namespace nova_rt
