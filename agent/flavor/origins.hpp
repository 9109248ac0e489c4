// Which key decided, and whether flavor or image set it.
#pragma once

#include "flavor/rule_input.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// A decision's key as its owner spells it. Default: nobody set it, and `value` is empty.
struct Origin {
    std::string key;
    Provenance provenance = Provenance::Default;
    std::string value;
};

/// An extra spec, or its image property when only the image sets it; with Nova's order of precedence for the
/// keys that have one of their own: the image's realtime mask wins, `resources:PCPU` stands for a policy, and
/// HW_CPU_HYPERTHREADING for a thread policy.
[[nodiscard]] Origin origin_of(const RuleInput& input, const std::string& spec_key);

/// A refusal with its origin and repair filled in: a key that the flavor does not set is the image's or the
/// default's, and what a rule does not know to repair is taken out of the flavor or image that sets it. Keys
/// of nova.conf are left alone, and so are repairs that are there. NoFit gets a repair only where a property
/// can help.
[[nodiscard]] Refusal with_origin(const RuleInput& input, Refusal refusal);

} // namespace nova_rt
