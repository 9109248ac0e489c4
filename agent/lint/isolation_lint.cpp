#include "base/text.hpp"
#include "flavor/extra_specs.hpp"
#include "flavor/isolation_policy.hpp"

#include "lint/rule_sets.hpp"

#include <algorithm>
#include <array>

namespace nova_rt {

namespace {

std::string_view letter(Grade grade) {
    switch (grade) {
    case Grade::A:
        return "A";
    case Grade::B:
        return "B";
    case Grade::C:
        return "C";
    case Grade::F:
        return "F";
    }
    return "F";
}

/// The policy a realtime guest of this flavor has; defaults when the values cannot be read.
IsolationPolicy policy_of(const LintSubject& subject) {
    const CpuSet realtime = subject.asks_realtime() ? CpuSet{0} : CpuSet{};
    return isolation_policy(subject.flavor.extra_specs, realtime)
        .value_or(default_isolation_policy(realtime));
}

LintHits without_realtime(const LintSubject& subject) {
    if (subject.asks_realtime()) {
        return {};
    }
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        if (key.starts_with("rt:") && !(key == kIsolationKey && value == "off")) {
            hits.push_back({.key = key,
                            .what = "the guest is not realtime: hw:cpu_realtime is not true",
                            .repair = subject.unset_spec(key)});
        }
    }
    return hits;
}

LintHits switched_off(const LintSubject& subject) {
    if (!subject.asks_realtime() || policy_of(subject).mode != IsolationMode::Off) {
        return {};
    }
    return {{.key = kIsolationKey,
             .what = "off on a realtime guest",
             .repair = subject.unset_spec(kIsolationKey)}};
}

LintHits min_grade_not_required(const LintSubject& subject) {
    if (!subject.asks_realtime() || !subject.spec(kMinGradeKey) ||
        policy_of(subject).mode == IsolationMode::Required) {
        return {};
    }
    return {{.key = kMinGradeKey,
             .what = "a least grade without rt:isolation=required",
             .repair = subject.set_spec(kIsolationKey, "required")}};
}

LintHits grade_not_kept(const LintSubject& subject) {
    if (!subject.asks_realtime() || !subject.spec(kMinGradeKey) || !subject.node_grade ||
        *subject.node_grade <= policy_of(subject).min_grade) {
        return {};
    }
    return {{.key = kMinGradeKey,
             .what = "grade " + std::string(letter(policy_of(subject).min_grade)) +
                     " is asked for, the node gives " + std::string(letter(*subject.node_grade)),
             .repair = subject.set_spec(
                 kMinGradeKey, *subject.node_grade == Grade::F ? "C" : letter(*subject.node_grade))}};
}

LintHits latency_not_kept(const LintSubject& subject) {
    constexpr const char* kKey = "rt:max_latency_us";
    if (!subject.asks_realtime() || !subject.spec(kKey) || !subject.node_grade ||
        *subject.node_grade == Grade::A) {
        return {};
    }
    return {{.key = kKey,
             .what = "a latency of " + quoted(*subject.spec(kKey)) + " us on a node of grade " +
                     std::string(letter(*subject.node_grade)),
             .repair = subject.unset_spec(kKey)}};
}

LintHits required_anywhere(const LintSubject& subject) {
    if (!subject.asks_realtime() || policy_of(subject).mode != IsolationMode::Required) {
        return {};
    }
    const bool steered = std::ranges::any_of(subject.flavor.extra_specs, [](const auto& spec) {
        const bool trait = spec.first.starts_with("trait") && spec.second == "required" &&
                           spec.first.find(":CUSTOM_") != std::string::npos;
        return trait || spec.first.starts_with("aggregate_instance_extra_specs:");
    });
    if (steered) {
        return {};
    }
    return {{.key = kIsolationKey,
             .what = "required, and nothing keeps the guest on nodes where nova-rt runs",
             .repair = subject.set_spec("trait:CUSTOM_NOVA_RT", "required")}};
}

/// Keys of the table that nothing acts on yet; a test keeps the list in step with the code.
constexpr std::array<std::string_view, 6> kPromises = {"rt:cstates",        "rt:governor",
                                                       "rt:device_irqs",    "rt:vhost_threads",
                                                       "rt:fair_server_us", "rt:max_latency_us"};

LintHits not_acted_on(const LintSubject& subject) {
    LintHits hits;
    for (const std::string_view key : kPromises) {
        if (subject.asks_realtime() && subject.spec(std::string(key))) {
            hits.push_back({.key = std::string(key),
                            .what = "this version of nova-rt does nothing about it",
                            .repair = subject.unset_spec(key)});
        }
    }
    return hits;
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "rt-key-without-realtime",
     .found = "an `rt:` key in a flavor that is not realtime",
     .why = "the host isolates realtime vCPUs only: nothing happens",
     .check = without_realtime},
    {.id = "isolation-off-on-realtime",
     .severity = LintSeverity::Info,
     .found = "`rt:isolation=off` on a realtime guest",
     .why = "interrupts and kernel threads stay on its pCPUs, and nothing is verified",
     .check = switched_off},
    {.id = "min-grade-without-required",
     .found = "`rt:min_grade` without `rt:isolation=required`",
     .why = "only a required isolation refuses to start below the grade",
     .check = min_grade_not_required},
    {.id = "grade-not-kept",
     .severity = LintSeverity::Error,
     .found = "`rt:min_grade` is better than the grade the node gives",
     .why = "with `rt:isolation=required` the guest does not start there",
     .check = grade_not_kept},
    {.id = "latency-not-kept",
     .found = "`rt:max_latency_us` on a node below grade A",
     .why = "ticks (grade B) and other tasks (grade C) interrupt the vCPU: no bound can be given",
     .check = latency_not_kept},
    {.id = "required-without-steering",
     .found = "`rt:isolation=required` without a required custom trait or aggregate key",
     .why =
         "on a node without nova-rt the guest starts and nothing isolates it. Create a trait, give it to the "
         "nodes where nova-rt runs, and require it",
     .check = required_anywhere},
    {.id = "rt-key-not-acted-on",
     .found = "an `rt:` key that is reserved and not acted on yet",
     .why = "the flavor promises what nobody keeps",
     .check = not_acted_on},
});

} // namespace

std::span<const LintRule> isolation_lint_rules() {
    return kRules;
}

} // namespace nova_rt
