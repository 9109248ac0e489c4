// Whether the product works, in the two dialects OpenStack operators poll.
#pragma once

#include "adapters/rest/http_message.hpp"
#include "api/status_source.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

struct HealthLimits {
    std::chrono::milliseconds stale_after{15000};
    std::chrono::milliseconds dead_after{60000};
};

/// The API's judgement: the agent's checks, and the age of what it says.
struct Health {
    CheckState state = CheckState::Pass;
    std::vector<CheckStatus> checks; ///< the agent's, and "collector": is there a fresh document
    std::optional<std::chrono::milliseconds> age;
    std::string host;
    std::string agent_version;
};

/// Liveness of the product. A guest below its grade makes it warn at most: nobody shall restart an agent
/// because an operator's interrupt is misplaced. Only a dead agent or an unreadable document fails.
[[nodiscard]] Health judge_health(const StatusView& view, TimePoint now, const HealthLimits& limits);

/// application/health+json in the format of Nova's per-process-healthchecks: 200, or 503 on fail.
[[nodiscard]] HttpResponse health_response(const Health& health, const HealthLimits& limits);

/// oslo.middleware's healthcheck: "OK" or a reason as text, or as JSON when the client accepts that;
/// 204 without a body for HEAD.
[[nodiscard]] HttpResponse healthcheck_response(const Health& health, const HttpRequest& request);

} // namespace nova_rt
