#include "checks/check_result.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nova_rt {

namespace {

void append_line(std::string& text, std::string_view label, const std::string& value) {
    if (!value.empty()) {
        text += fmt::format("      {:<12} {}\n", label, value);
    }
}

} // namespace

std::string_view mark_of(CheckState state) {
    switch (state) {
    case CheckState::Pass:
        return "pass";
    case CheckState::Warn:
        return "WARN";
    case CheckState::Fail:
        return "FAIL";
    }
    return "FAIL";
}

CheckState worst_state(const std::vector<CheckResult>& results) {
    const auto worst = std::ranges::max_element(results, {}, &CheckResult::state);
    return worst == results.end() ? CheckState::Pass : worst->state;
}

std::string to_text(const std::vector<CheckResult>& results) {
    std::string text;
    for (const auto& result : results) {
        text += fmt::format("{}  {:<22} {}\n", mark_of(result.state), result.name, result.seen);
        if (result.state == CheckState::Pass) {
            continue;
        }
        append_line(text, "expected", result.expected);
        append_line(text, "source", result.source);
        append_line(text, "consequence", result.consequence);
        append_line(text, "fix", result.fix);
    }
    return text;
}

} // namespace nova_rt
