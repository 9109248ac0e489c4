#include "api/health.hpp"

#include "model/status_names.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace nova_rt {

using nlohmann::json;
using std::chrono::milliseconds;

namespace {

std::string seconds_text(milliseconds duration) {
    return std::to_string(duration.count() / 1000) + " s";
}

CheckStatus judge_collector(const StatusView& view, std::optional<milliseconds> age, TimePoint now,
                            const HealthLimits& limits) {
    CheckStatus check{"collector", CheckState::Pass, now, ""};
    if (!view.served) {
        check.state = CheckState::Fail;
        check.output = "no status document: " + view.problem;
    } else if (*age >= limits.dead_after) {
        check.state = CheckState::Fail;
        check.output = "the agent's last status is " + seconds_text(*age) + " old: is nova-rt-agent running";
    } else if (*age >= limits.stale_after) {
        check.state = CheckState::Warn;
        check.output = "the agent's last status is " + seconds_text(*age) + " old";
    } else if (!view.problem.empty()) {
        check.state = CheckState::Warn;
        check.output = "the newest status cannot be read: " + view.problem;
    }
    return check;
}

std::string first_reason(const Health& health) {
    for (const auto& check : health.checks) {
        if (check.state == health.state) {
            return check.name + ": " + check.output;
        }
    }
    return "unknown";
}

} // namespace

Health judge_health(const StatusView& view, TimePoint now, const HealthLimits& limits) {
    Health health;
    if (view.served) {
        const StatusDocument& document = view.served->document;
        const auto age = std::chrono::duration_cast<milliseconds>(now - document.generated_at);
        health.age = std::max(age, milliseconds{0});
        health.checks = document.checks;
        health.host = document.node.hostname;
        health.agent_version = document.node.agent_version;
    }
    for (const auto& check : health.checks) {
        health.state = std::max(health.state, std::min(check.state, CheckState::Warn));
    }
    health.checks.push_back(judge_collector(view, health.age, now, limits));
    health.state = std::max(health.state, health.checks.back().state);
    return health;
}

HttpResponse health_response(const Health& health, const HealthLimits& limits) {
    json checks = json::object();
    for (const auto& check : health.checks) {
        json value = {{"status", name_in(kCheckStateNames, check.state)}, {"time", to_iso8601(check.time)}};
        if (check.state != CheckState::Pass) {
            value["output"] = check.output;
        }
        checks[check.name] = std::move(value);
    }
    const bool failed = health.state == CheckState::Fail;
    json document = {{"status", name_in(kCheckStateNames, health.state)},
                     {"version", "1.0"},
                     {"serviceId", "nova-rt"},
                     {"description", "realtime isolation of this compute node"},
                     {"notes", {{"host", health.host}, {"agent_version", health.agent_version}}},
                     {"checks", std::move(checks)}};
    document["notes"]["status_age_seconds"] =
        health.age ? json(static_cast<double>(health.age->count()) / 1000.0) : json(nullptr);
    HttpResponse response = make_response(failed ? 503 : 200, "application/health+json",
                                          document.dump(-1, ' ', false, json::error_handler_t::replace));
    const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(limits.stale_after).count() / 3;
    response.headers.push_back(
        {"Cache-Control", failed ? "no-cache" : "max-age=" + std::to_string(lifetime)});
    return response;
}

HttpResponse healthcheck_response(const Health& health, const HttpRequest& request) {
    const bool failed = health.state == CheckState::Fail;
    const std::string reason = failed ? first_reason(health) : "OK";
    if (request.method == "HEAD" && !failed) {
        HttpResponse response;
        response.status = 204;
        return response;
    }
    const auto accept = find_header(request.headers, "Accept").value_or("");
    if (accept.find("application/json") == std::string_view::npos) {
        return make_response(failed ? 503 : 200, "text/plain", reason);
    }
    const json document = {{"detailed", false}, {"reasons", json::array({reason})}};
    return make_response(failed ? 503 : 200, "application/json",
                         document.dump(-1, ' ', false, json::error_handler_t::replace));
}

} // namespace nova_rt
