#include "flavor/isolation_policy.hpp"

#include "base/text.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace nova_rt {

namespace {

template <typename Value> using Choice = std::pair<std::string_view, Value>;

constexpr std::array<Choice<IsolationMode>, 3> kModes = {{{"off", IsolationMode::Off},
                                                          {"best_effort", IsolationMode::BestEffort},
                                                          {"required", IsolationMode::Required}}};
constexpr std::array<Choice<Grade>, 3> kGrades = {{{"A", Grade::A}, {"B", Grade::B}, {"C", Grade::C}}};

/// The choice an extra spec makes; the fallback when the key is absent.
template <typename Value>
Result<Value> choose(const Properties& extra_specs, const std::string& key,
                     std::span<const Choice<Value>> choices, Value fallback) {
    const auto found = extra_specs.find(key);
    if (found == extra_specs.end()) {
        return fallback;
    }
    std::string allowed;
    for (const auto& [name, value] : choices) {
        if (found->second == name) {
            return value;
        }
        allowed += (allowed.empty() ? "" : ", ") + std::string(name);
    }
    return fail(ErrorCode::InvalidArgument,
                "read extra spec " + key + ": " + quoted(found->second) + " is none of " + allowed);
}

} // namespace

IsolationPolicy default_isolation_policy(const CpuSet& realtime_vcpus) {
    return {.mode = realtime_vcpus.empty() ? IsolationMode::Off : IsolationMode::BestEffort,
            .min_grade = Grade::C};
}

Result<IsolationPolicy> isolation_policy(const Properties& extra_specs, const CpuSet& realtime_vcpus) {
    const IsolationPolicy fallback = default_isolation_policy(realtime_vcpus);
    NOVA_RT_TRY_ASSIGN(mode, choose<IsolationMode>(extra_specs, kIsolationKey, kModes, fallback.mode));
    NOVA_RT_TRY_ASSIGN(grade, choose<Grade>(extra_specs, kMinGradeKey, kGrades, fallback.min_grade));
    return IsolationPolicy{.mode = mode, .min_grade = grade};
}

} // namespace nova_rt
