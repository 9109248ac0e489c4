#include "lint/flavor_lint.hpp"

#include "lint/rule_sets.hpp"

#include <algorithm>
#include <span>

namespace nova_rt {

namespace {

std::vector<const LintRule*> collect_rules() {
    std::vector<const LintRule*> rules;
    for (const std::span<const LintRule> set :
         {key_lint_rules(), image_lint_rules(), realtime_lint_rules(), mask_lint_rules(), memory_lint_rules(),
          quota_lint_rules(), port_lint_rules(), topology_lint_rules(), placement_lint_rules(),
          isolation_lint_rules()}) {
        for (const LintRule& rule : set) {
            rules.push_back(&rule);
        }
    }
    return rules;
}

} // namespace

const std::vector<const LintRule*>& lint_rules() {
    static const std::vector<const LintRule*> kRules = collect_rules();
    return kRules;
}

const LintRule* find_lint_rule(std::string_view id) {
    const auto& rules = lint_rules();
    const auto found = std::ranges::find_if(rules, [&](const LintRule* rule) { return rule->id == id; });
    return found == rules.end() ? nullptr : *found;
}

std::vector<LintFinding> lint(const LintSubject& subject) {
    std::vector<LintFinding> findings;
    for (const LintRule* const rule : lint_rules()) {
        for (LintHit& hit : rule->check(subject)) {
            findings.push_back({.rule = rule, .hit = std::move(hit)});
        }
    }
    std::ranges::stable_sort(findings, [](const LintFinding& a, const LintFinding& b) {
        return a.rule->severity > b.rule->severity;
    });
    return findings;
}

std::string_view to_string(LintSeverity severity) {
    switch (severity) {
    case LintSeverity::Error:
        return "error";
    case LintSeverity::Warning:
        return "warning";
    case LintSeverity::Info:
        return "info";
    }
    return "info";
}

std::string lint_table() {
    std::string text = "| id | severity | found when | consequence |\n|---|---|---|---|\n";
    for (const LintRule* const rule : lint_rules()) {
        text += "| `" + std::string(rule->id) + "` | " + std::string(to_string(rule->severity)) + " | " +
                std::string(rule->found) + " | " + std::string(rule->why) + " |\n";
    }
    return text;
}

} // namespace nova_rt
