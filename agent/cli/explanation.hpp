// A translation in words: for each vCPU what it is, where it runs and why, and what the guest costs.
#pragma once

#include "services/translation.hpp"

#include "lint/flavor_lint.hpp"

#include <string>
#include <vector>

namespace nova_rt {

/// Several lines, for people. A refusal names Nova's exception, the stage, where the value came from and the
/// repair. Findings about placement are repeated in one line each.
[[nodiscard]] std::string explain(const TranslationInput& input, const Translation& translation,
                                  const std::vector<LintFinding>& findings = {});

/// One line: "api: RealtimeConfigurationInvalid: message (hw:cpu_realtime from the flavor); repair: ...".
[[nodiscard]] std::string describe(const Refusal& refusal);

/// A line for each reason; warnings begin with "WARNING ".
[[nodiscard]] std::string reason_lines(const std::vector<Reason>& reasons);

} // namespace nova_rt
