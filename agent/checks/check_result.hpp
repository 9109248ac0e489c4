// One checked fact about the node.
#pragma once

#include "model/status.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// What was expected and seen, where, what follows from it, and how to mend it. Texts are for people; the
/// name is of a closed set and for programs. On Pass only `name` and `seen` are filled.
struct CheckResult {
    std::string name;
    CheckState state = CheckState::Pass;
    std::string expected;
    std::string seen;
    std::string source; ///< the file or interface that says so
    std::string consequence;
    std::string fix;
};

/// "pass", "WARN" or "FAIL": what is wrong stands out in a column of text.
[[nodiscard]] std::string_view mark_of(CheckState state);

/// The worst state; Pass when there are none.
[[nodiscard]] CheckState worst_state(const std::vector<CheckResult>& results);

/// The checks as `nova-rt doctor` prints them: a line each, failed ones with their explanation.
[[nodiscard]] std::string to_text(const std::vector<CheckResult>& results);

} // namespace nova_rt
