// A value, or the Refusal that Nova's rules answer instead.
#pragma once

#include "base/result.hpp"
#include "model/pinning_plan.hpp"

#include <tl/expected.hpp>

#include <utility>

namespace nova_rt {

/// What a rule makes of its input. Unlike Result's Error, a Refusal is an answer: understood, and forbidden.
template <typename T> using Judged = tl::expected<T, Refusal>;

/// A Judged that carries no value.
using Verdict = Judged<void>;

/// The refusing half of any Judged; NOVA_RT_TRY and NOVA_RT_TRY_ASSIGN work with both.
[[nodiscard]] inline tl::unexpected<Refusal> fail(Refusal refusal) {
    return tl::unexpected<Refusal>(std::move(refusal));
}

} // namespace nova_rt
