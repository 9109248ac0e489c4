#include "api/api_routes.hpp"

#include "adapters/metrics/status_metrics.hpp"
#include "adapters/rest/http_problem.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace nova_rt {

namespace {

using nlohmann::json;

HttpResponse version_document() {
    const json link = {{"rel", "self"}, {"href", "/v1/status"}};
    const json version = {{"id", "v1"},
                          {"status", "CURRENT"},
                          {"min_version", "1.0"},
                          {"version", "1.0"},
                          {"links", json::array({link})}};
    return make_response(200, "application/json", json{{"versions", json::array({version})}}.dump());
}

/// Answers from the newest document; 503 by name when there is none.
template <typename Pick> RouteHandler from_status(const ApiContext& context, Pick pick) {
    return [context, pick](const HttpRequest& request, const RouteArguments& arguments) {
        const StatusView view = context.source.view();
        if (!view.served) {
            return to_response(
                {503, "realtime.status.unavailable", "the agent has not published a status: " + view.problem},
                request.request_id);
        }
        HttpResponse response = pick(*view.served, request, arguments);
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(context.now() -
                                                                          view.served->document.generated_at);
        response.headers.push_back({"Age", std::to_string(std::max<std::int64_t>(age.count(), 0))});
        return response;
    };
}

HttpResponse cached(const ServedStatus& served, std::shared_ptr<const std::string> body) {
    HttpResponse response;
    response.body = std::move(body);
    response.headers.push_back({"ETag", served.etag});
    response.headers.push_back({"Cache-Control", "no-cache"});
    return response;
}

HttpResponse one_domain(const ServedStatus& served, const HttpRequest& request,
                        const RouteArguments& arguments) {
    const auto uuid = DomainUuid::parse(arguments.at(0));
    if (!uuid) {
        return to_response(
            {400, "realtime.domain.invalid_uuid", nova_rt::quoted(arguments.at(0)) + " is no UUID"},
            request.request_id);
    }
    const auto body = served.domain_bodies.find(*uuid);
    if (body == served.domain_bodies.end()) {
        return to_response(
            {404, "realtime.domain.not_found", "no domain " + uuid->to_string() + " runs on this node"},
            request.request_id);
    }
    return cached(served, body->second);
}

HttpResponse metrics(const ApiContext& context) {
    const StatusView view = context.source.view();
    ScrapeFacts facts;
    facts.api_version = context.version;
    facts.contained_exceptions = context.contained_exceptions();
    if (view.served) {
        const auto age = context.now() - view.served->document.generated_at;
        facts.status_age_seconds = std::max(0.0, std::chrono::duration<double>(age).count());
    }
    return make_response(200, "text/plain; version=0.0.4; charset=utf-8",
                         metrics_text(view.served ? &view.served->document : nullptr, facts));
}

} // namespace

Router make_api_router(const ApiContext& context) {
    const auto health = [context] {
        return judge_health(context.source.view(), context.now(), context.health_limits);
    };
    return Router({
        {"GET", "/", [](const HttpRequest&, const RouteArguments&) { return version_document(); }},
        {"GET", "/health",
         [context, health](const HttpRequest&, const RouteArguments&) {
             return health_response(health(), context.health_limits);
         }},
        {"GET", "/healthcheck",
         [health](const HttpRequest& request, const RouteArguments&) {
             return healthcheck_response(health(), request);
         }},
        {"GET", "/metrics",
         [context](const HttpRequest&, const RouteArguments&) { return metrics(context); }},
        {"GET", "/v1/cpus",
         from_status(context, [](const ServedStatus& served, const HttpRequest&,
                                 const RouteArguments&) { return cached(served, served.cpus_body); })},
        {"GET", "/v1/domains",
         from_status(context, [](const ServedStatus& served, const HttpRequest&,
                                 const RouteArguments&) { return cached(served, served.domains_body); })},
        {"GET", "/v1/domains/{uuid}", from_status(context, one_domain)},
        {"GET", "/v1/status",
         from_status(context, [](const ServedStatus& served, const HttpRequest&,
                                 const RouteArguments&) { return cached(served, served.status_body); })},
    });
}

} // namespace nova_rt
