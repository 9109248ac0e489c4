// The `rt:` keys that change domain XML, a function each; realtime_additions.cpp lists them.
#pragma once

#include "domainxml/additions/addition_context.hpp"

namespace nova_rt::additions {

// Each reads its own key, changes the domain, and does the same when it is applied again.

[[nodiscard]] Verdict vcpu_priority(AdditionContext& context);
[[nodiscard]] Verdict emulator_priority(AdditionContext& context);
[[nodiscard]] Verdict iothreads(AdditionContext& context);
[[nodiscard]] Verdict iothread_priority(AdditionContext& context);

[[nodiscard]] Verdict cpu_mode(AdditionContext& context);
[[nodiscard]] Verdict pit(AdditionContext& context);

[[nodiscard]] Verdict memory_allocation(AdditionContext& context);
[[nodiscard]] Verdict memory_access(AdditionContext& context);
[[nodiscard]] Verdict memory_balloon(AdditionContext& context);

[[nodiscard]] Verdict l3_cache(AdditionContext& context);
[[nodiscard]] Verdict memory_bandwidth(AdditionContext& context);

[[nodiscard]] Verdict vhost_user_reconnect(AdditionContext& context);

/// No key: names every vhost-user port whose switch could not map the guest's memory. Nova writes such guests
/// without a word.
[[nodiscard]] Verdict check_shared_memory(AdditionContext& context);

} // namespace nova_rt::additions
