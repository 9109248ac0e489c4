#include "base/text.hpp"
#include "flavor/character_class.hpp"
#include "flavor/extra_specs.hpp"

#include "lint/rule_sets.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nova_rt {

namespace {

/// Spellings that Nova's own documentation has, or had, instead of a key it reads.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kDocumentedMisspellings = {{
    {"hw:emulator_thread_policy", "hw:emulator_threads_policy"}, // doc/source/admin/real-time.rst
    {"hw:emulator_treads_policy", "hw:emulator_threads_policy"}, // doc/source/admin/cpu-topologies.rst
}};

std::optional<std::string_view> documented_meaning(std::string_view key) {
    for (const auto& [misspelt, meant] : kDocumentedMisspellings) {
        if (key == misspelt) {
            return meant;
        }
    }
    return std::nullopt;
}

/// The commands that put one key in another's place.
std::string rename(const LintSubject& subject, const std::string& from, std::string_view to) {
    return subject.unset_spec(from) + " && " +
           subject.set_spec(to, find_property(subject.flavor.extra_specs, from).value_or(""));
}

LintHits refused(const LintSubject& subject) {
    LintHits hits;
    for (const Refusal& refusal : subject.refusals) {
        // a misspelt key is told below, with what it should be
        if (refusal.stage == "schema" && is_unknown_extra_spec(refusal.key, subject.options.release)) {
            continue;
        }
        // nor what a later stage says about the same mistake
        const auto same = [&](const LintHit& hit) {
            return hit.key == refusal.key && hit.repair == refusal.repair && !hit.repair.empty();
        };
        if (std::ranges::any_of(hits, same)) {
            continue;
        }
        hits.push_back(
            {.key = refusal.key,
             .what = "Nova refuses at stage " + refusal.stage + ": " + refusal.type + ": " + refusal.message,
             .repair = refusal.repair});
    }
    return hits;
}

LintHits documented_misspelling(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        if (const auto meant = documented_meaning(key)) {
            hits.push_back({.key = key,
                            .what = "Nova's documentation misspells " + std::string(*meant) + " like this",
                            .repair = rename(subject, key, *meant)});
        }
    }
    return hits;
}

LintHits unknown_key(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        if (!is_unknown_extra_spec(key, subject.options.release) || documented_meaning(key)) {
            continue;
        }
        const auto near = nearest_extra_spec(key, subject.options.release);
        hits.push_back({.key = key,
                        .what = "Nova knows no such key" + (near ? ", did you mean " + *near + "?" : ""),
                        .repair = near ? rename(subject, key, *near) : subject.unset_spec(key)});
    }
    return hits;
}

LintHits transposed_max(const LintSubject& subject) {
    constexpr std::string_view kPrefix = "hw:max_cpu_";
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        if (key.starts_with(kPrefix) && find_extra_spec(key, subject.options.release) != nullptr) {
            const std::string meant = "hw:cpu_max_" + key.substr(kPrefix.size());
            hits.push_back({.key = key,
                            .what = "accepted by Nova's validation, but what Nova reads is " + meant,
                            .repair = rename(subject, key, meant)});
        }
    }
    return hits;
}

/// Lower-case letters and digits only, without a leading namespace's "hw" or "rt" being told apart by
/// punctuation: "HW.cpu-policy" and "hw_cpu_policy" are both "hwcpupolicy".
std::string folded(std::string_view key) {
    std::string out;
    for (const char c : key) {
        if (c >= 'A' && c <= 'Z') {
            out += static_cast<char>(c - 'A' + 'a');
        } else if ((c >= 'a' && c <= 'z') || is_digit(c)) {
            out += c;
        }
    }
    return out;
}

/// The known key that a key without effect is most likely meant to be.
std::optional<std::string> meant_key(std::string_view key) {
    const std::string wanted = folded(key);
    for (const auto table : {nova_extra_specs(), rt_extra_specs()}) {
        for (const ExtraSpec& row : table) {
            const auto colon = row.key.find(':');
            if (colon == std::string_view::npos || row.key.ends_with("{num}")) {
                continue;
            }
            if (wanted == folded(row.key) || wanted == folded(row.key.substr(colon + 1))) {
                return std::string(row.key);
            }
        }
    }
    return std::nullopt;
}

LintHits lost_namespace(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        if (find_extra_spec(key, subject.options.release) != nullptr ||
            is_unknown_extra_spec(key, subject.options.release) || key.starts_with("rt:")) {
            continue;
        }
        if (const auto meant = meant_key(key)) {
            hits.push_back({.key = key,
                            .what = "this is not " + *meant + ": Nova takes it for a key of somebody else",
                            .repair = rename(subject, key, *meant)});
        }
    }
    return hits;
}

LintHits unknown_rt_key(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        if (!key.starts_with("rt:") || find_extra_spec(key, subject.options.release) != nullptr) {
            continue;
        }
        const auto near = nearest_extra_spec(key, subject.options.release);
        hits.push_back({.key = key,
                        .what = "no such key in the namespace rt:" +
                                (near ? std::string(", did you mean ") + *near + "?" : std::string()),
                        .repair = near ? rename(subject, key, *near) : subject.unset_spec(key)});
    }
    return hits;
}

LintHits without_effect(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        const ExtraSpec* const row = find_extra_spec(key, subject.options.release);
        if (row != nullptr && row->scope == SpecScope::Ignored && !key.starts_with("hw:max_cpu_")) {
            hits.push_back({.key = key,
                            .what = "known to Nova, but libvirt guests do not feel it",
                            .repair = subject.unset_spec(key)});
        }
    }
    return hits;
}

LintHits unread_boolean(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.flavor.extra_specs) {
        const ExtraSpec* const row = find_extra_spec(key, subject.options.release);
        if (row != nullptr && row->kind == ValueKind::Boolean && !strict_bool(value)) {
            hits.push_back({.key = key,
                            .what = quoted(value) + " is neither true nor false; Nova reads it as false",
                            .repair = subject.set_spec(key, "true")});
        }
    }
    return hits;
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "refused-by-nova",
     .severity = LintSeverity::Error,
     .found = "Nova refuses the flavor, the image, the options or the placement",
     .why = "no guest starts from this",
     .check = refused},
    {.id = "documented-misspelling",
     .severity = LintSeverity::Error,
     .found = "a key is spelt as Nova's documentation misspells it",
     .why = "refused since API microversion 2.86, silently without effect before",
     .check = documented_misspelling},
    {.id = "unknown-key",
     .severity = LintSeverity::Error,
     .found = "a key that Nova does not know, in a namespace that it knows",
     .why = "refused since API microversion 2.86, silently without effect before",
     .check = unknown_key},
    {.id = "transposed-max-key",
     .severity = LintSeverity::Warning,
     .found = "`hw:max_cpu_sockets`, `_cores`, `_threads`",
     .why = "nothing reads them: the guest's topology is not limited. Nova up to 26.2 refuses the right name "
            "at microversion 2.86 and later; set it with an earlier one",
     .check = transposed_max},
    {.id = "key-without-namespace",
     .severity = LintSeverity::Warning,
     .found = "a key that is a known one but for its namespace, punctuation or case",
     .why = "Nova accepts it and nothing reads it",
     .check = lost_namespace},
    {.id = "unknown-rt-key",
     .severity = LintSeverity::Warning,
     .found = "an `rt:` key outside the table",
     .why = "Nova lets the namespace through and nothing acts on the key",
     .check = unknown_rt_key},
    {.id = "key-without-effect",
     .severity = LintSeverity::Info,
     .found = "a key for VMware, Hyper-V or another driver",
     .why = "the promise it seems to make is not kept on libvirt",
     .check = without_effect},
    {.id = "boolean-not-understood",
     .severity = LintSeverity::Error,
     .found = "a boolean extra spec that is neither true nor false",
     .why = "refused since API microversion 2.86, taken for false before",
     .check = unread_boolean},
});

} // namespace

std::span<const LintRule> key_lint_rules() {
    return kRules;
}

} // namespace nova_rt
