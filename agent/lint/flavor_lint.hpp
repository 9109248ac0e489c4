// Warnings about what Nova accepts and users regret.
#pragma once

#include "lint/lint_subject.hpp"

#include <string>
#include <vector>

namespace nova_rt {

struct LintFinding {
    const LintRule* rule = nullptr; ///< never null, lives as long as the program
    LintHit hit;
};

/// Every rule in the order of the table.
[[nodiscard]] const std::vector<const LintRule*>& lint_rules();

/// The rule of an id, null when there is none.
[[nodiscard]] const LintRule* find_lint_rule(std::string_view id);

/// What the rules say, the worst first, otherwise in the order of the table. Same subject, same findings.
[[nodiscard]] std::vector<LintFinding> lint(const LintSubject& subject);

/// "error", "warning", "info".
[[nodiscard]] std::string_view to_string(LintSeverity severity);

/// The rows of flavor-schemas/LINT.md.
[[nodiscard]] std::string lint_table();

} // namespace nova_rt
