// The routes of nova-rt-api.
#pragma once

#include "adapters/rest/router.hpp"
#include "api/health.hpp"
#include "api/status_source.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace nova_rt {

/// What the routes read. Everything outlives the router.
struct ApiContext {
    const StatusSource& source;
    std::function<TimePoint()> now;
    HealthLimits health_limits;
    std::string version;                                 ///< of this program
    std::function<std::uint64_t()> contained_exceptions; ///< of the HTTP library
};

[[nodiscard]] Router make_api_router(const ApiContext& context);

} // namespace nova_rt
