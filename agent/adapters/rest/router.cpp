#include "adapters/rest/router.hpp"

#include "adapters/rest/http_problem.hpp"
#include "adapters/rest/request_target.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <set>

namespace nova_rt {

namespace {

constexpr std::string_view kServiceVersion = "realtime 1.0";

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

/// The arguments when the path fits the pattern.
std::optional<RouteArguments> match(const std::vector<std::string>& pattern,
                                    const std::vector<std::string>& path) {
    if (pattern.size() != path.size()) {
        return std::nullopt;
    }
    RouteArguments arguments;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (is_parameter(pattern[i])) {
            arguments.push_back(path[i]);
        } else if (pattern[i] != path[i]) {
            return std::nullopt;
        }
    }
    return arguments;
}

std::string allow_header(const std::set<std::string>& methods) {
    std::set<std::string> all = methods;
    all.insert("OPTIONS");
    if (methods.contains("GET")) {
        all.insert("HEAD");
    }
    std::string text;
    for (const auto& method : all) {
        text += (text.empty() ? "" : ", ") + method;
    }
    return text;
}

HttpResponse method_answer(const HttpRequest& request, const std::set<std::string>& methods) {
    HttpResponse response;
    if (request.method == "OPTIONS") {
        response.status = 204;
    } else {
        response = to_response(
            {405, "realtime.method_not_allowed",
             "method " + quoted(request.method) + " is not supported by " + quoted(request.target)},
            request.request_id);
    }
    response.headers.push_back({"Allow", allow_header(methods)});
    return response;
}

std::string_view without_weak_prefix(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

/// RFC 9110's weak comparison of If-None-Match.
bool client_has_it(const HttpRequest& request, const HttpResponse& response) {
    const auto tag = find_header(response.headers, "ETag");
    const auto wanted = find_header(request.headers, "If-None-Match");
    if (response.status != 200 || !tag || !wanted) {
        return false;
    }
    const auto candidates = split(*wanted, ',');
    return std::ranges::any_of(candidates, [&](std::string_view candidate) {
        const std::string_view text = trimmed(candidate);
        return text == "*" || without_weak_prefix(text) == without_weak_prefix(*tag);
    });
}

void complete(const HttpRequest& request, HttpResponse& response) {
    if (client_has_it(request, response)) {
        response.status = 304;
        response.body.reset();
    }
    if (!find_header(response.headers, "X-OpenStack-Request-ID")) {
        response.headers.push_back({"X-OpenStack-Request-ID", request.request_id});
    }
    response.headers.push_back({"OpenStack-API-Version", std::string(kServiceVersion)});
    response.headers.push_back({"Vary", "OpenStack-API-Version"});
}

} // namespace

Router::Router(std::vector<Route> routes) {
    for (auto& route : routes) {
        std::vector<std::string> segments;
        if (route.pattern != "/") {
            for (const std::string_view segment : split(std::string_view(route.pattern).substr(1), '/')) {
                segments.emplace_back(segment);
            }
        }
        entries_.push_back({std::move(route.method), std::move(segments), std::move(route.pattern),
                            std::move(route.handler)});
    }
}

HttpResponse Router::dispatch(const HttpRequest& request) const {
    HttpResponse response;
    try {
        response = answer(request);
    } catch (const std::exception&) {
        response =
            to_response({500, "realtime.internal", "the request could not be answered"}, request.request_id);
    }
    complete(request, response);
    return response;
}

HttpResponse Router::answer(const HttpRequest& request) const {
    const auto target = parse_target(request.target);
    if (!target) {
        return to_response({400, "realtime.request.target", target.error().message()}, request.request_id);
    }
    const std::string_view wanted = request.method == "HEAD" ? "GET" : std::string_view(request.method);
    std::set<std::string> methods;
    for (const auto& entry : entries_) {
        const auto arguments = match(entry.segments, target->segments);
        if (arguments && entry.method == wanted) {
            return entry.handler(request, *arguments);
        }
        if (arguments) {
            methods.insert(entry.method);
        }
    }
    if (methods.empty()) {
        return to_response({404, "realtime.not_found", "nothing is served at " + quoted(request.target)},
                           request.request_id);
    }
    return method_answer(request, methods);
}

std::vector<std::string> Router::listing() const {
    std::vector<std::string> lines;
    for (const auto& entry : entries_) {
        lines.push_back(entry.method + " " + entry.pattern);
    }
    std::ranges::sort(lines);
    return lines;
}

} // namespace nova_rt
