// Lint of a translation: what Nova says, and what it does not say.
#pragma once

#include "base/result.hpp"
#include "model/status.hpp"
#include "services/translation_service.hpp"

#include "lint/flavor_lint.hpp"
#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nova_rt {

struct LintReport {
    Translation translation; ///< without XML; of the flavor as Nova reads it where validation is not asked
    std::vector<LintFinding> findings;
};

/// Translates without making XML and lets every rule look at the answer. A flavor that Nova's validation
/// refuses is looked at as the API before microversion 2.86 takes it, so that one mistake hides no other.
/// Ignored ids are left out.
[[nodiscard]] Result<LintReport> lint_translation(const TranslationInput& input,
                                                  std::optional<Grade> node_grade = std::nullopt,
                                                  const std::set<std::string>& ignored = {});

/// The best grade that a guest on the node has: what the node has shown it can give. None without such
/// guests.
[[nodiscard]] std::optional<Grade> observed_grade(const StatusDocument& status);

/// [{"id", "severity", "key", "what", "why", "repair"}], the worst first.
[[nodiscard]] nlohmann::json to_json(const std::vector<LintFinding>& findings);

/// For people: three lines for each finding, then the count.
[[nodiscard]] std::string to_text(const std::vector<LintFinding>& findings);

} // namespace nova_rt
