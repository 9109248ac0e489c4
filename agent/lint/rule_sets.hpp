// The lint rules by subject; flavor_lint.hpp has all of them.
#pragma once

#include "lint/lint_subject.hpp"

#include <span>

namespace nova_rt {

[[nodiscard]] std::span<const LintRule> key_lint_rules();       ///< names of extra specs
[[nodiscard]] std::span<const LintRule> image_lint_rules();     ///< what images say, and who wins
[[nodiscard]] std::span<const LintRule> realtime_lint_rules();  ///< what a realtime guest should have
[[nodiscard]] std::span<const LintRule> mask_lint_rules();      ///< which vCPUs
[[nodiscard]] std::span<const LintRule> memory_lint_rules();    ///< page sizes and locking
[[nodiscard]] std::span<const LintRule> quota_lint_rules();     ///< CPU time
[[nodiscard]] std::span<const LintRule> port_lint_rules();      ///< vhost-user and queues
[[nodiscard]] std::span<const LintRule> topology_lint_rules();  ///< policies and cells against a host
[[nodiscard]] std::span<const LintRule> placement_lint_rules(); ///< what shares a core with a realtime vCPU
[[nodiscard]] std::span<const LintRule> isolation_lint_rules(); ///< the rt: namespace

} // namespace nova_rt
