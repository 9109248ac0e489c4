// Result<T>: a value or an Error. What can fail for a reason outside this process returns one.
#pragma once

#include "base/error.hpp"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace nova_rt {

template <typename T> using Result = tl::expected<T, Error>;

/// A Result that carries no value.
using Status = Result<void>;

/// The failing half of any Result: `return fail(ErrorCode::Refused, "...")`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error(code, std::move(message)));
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

} // namespace nova_rt

// The macros below are the only way to leave a function early on failure without repeating the test.
// NOLINTBEGIN(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)

#define NOVA_RT_CONCAT_INNER(a, b) a##b
#define NOVA_RT_CONCAT(a, b) NOVA_RT_CONCAT_INNER(a, b)

/// Evaluates a Status; returns its error from the enclosing function.
#define NOVA_RT_TRY(expression)                                                                              \
    do {                                                                                                     \
        if (auto nova_rt_status = (expression); !nova_rt_status) {                                           \
            return ::nova_rt::fail(std::move(nova_rt_status).error());                                       \
        }                                                                                                    \
    } while (false)

/// Evaluates a Result<T> and declares `variable` with its value; returns its error from the enclosing
/// function.
#define NOVA_RT_TRY_ASSIGN(variable, expression)                                                             \
    auto NOVA_RT_CONCAT(nova_rt_result_, __LINE__) = (expression);                                           \
    if (!NOVA_RT_CONCAT(nova_rt_result_, __LINE__)) {                                                        \
        return ::nova_rt::fail(std::move(NOVA_RT_CONCAT(nova_rt_result_, __LINE__)).error());                \
    }                                                                                                        \
    auto variable = *std::move(NOVA_RT_CONCAT(nova_rt_result_, __LINE__))

/// As NOVA_RT_TRY, with context put before the message.
#define NOVA_RT_TRY_CONTEXT(expression, context)                                                             \
    do {                                                                                                     \
        if (auto nova_rt_status = (expression); !nova_rt_status) {                                           \
            return ::nova_rt::fail(nova_rt_status.error().with_context(context));                            \
        }                                                                                                    \
    } while (false)

/// As NOVA_RT_TRY_ASSIGN, with context put before the message.
#define NOVA_RT_TRY_ASSIGN_CONTEXT(variable, expression, context)                                            \
    auto NOVA_RT_CONCAT(nova_rt_result_, __LINE__) = (expression);                                           \
    if (!NOVA_RT_CONCAT(nova_rt_result_, __LINE__)) {                                                        \
        return ::nova_rt::fail(NOVA_RT_CONCAT(nova_rt_result_, __LINE__).error().with_context(context));     \
    }                                                                                                        \
    auto variable = *std::move(NOVA_RT_CONCAT(nova_rt_result_, __LINE__))

// NOLINTEND(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)
