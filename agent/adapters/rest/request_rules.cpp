#include "adapters/rest/request_rules.hpp"

#include "adapters/rest/request_id.hpp"
#include "adapters/rest/request_target.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace nova_rt {

namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD",  "OPTIONS", "POST",
                                                      "PUT", "PATCH", "DELETE"};
constexpr std::array<std::string_view, 3> kLoopbackNames = {"localhost", "127.0.0.1", "[::1]"};
constexpr std::array<std::string_view, 4> kForwarded = {"Accept", "Content-Type", "If-None-Match",
                                                        "OpenStack-API-Version"};

template <std::size_t Size>
bool lists(const std::array<std::string_view, Size>& names, std::string_view name) {
    return std::ranges::any_of(
        names, [&](std::string_view candidate) { return equal_ignoring_case(candidate, name); });
}

std::size_t count_headers(const HttpHeaders& headers, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::count_if(
        headers, [&](const HttpHeader& header) { return equal_ignoring_case(header.name, name); }));
}

std::optional<HttpProblem> judge_framing(const HttpHeaders& headers) {
    const bool has_length = find_header(headers, "Content-Length").has_value();
    if (find_header(headers, "Transfer-Encoding")) {
        return has_length ? HttpProblem{400, "realtime.request.ambiguous_length",
                                        "the request has both Transfer-Encoding and Content-Length"}
                          : HttpProblem{411, "realtime.request.length_required",
                                        "Transfer-Encoding is not accepted, send Content-Length"};
    }
    if (count_headers(headers, "Content-Length") > 1) {
        return HttpProblem{400, "realtime.request.ambiguous_length",
                           "the request has two Content-Length headers"};
    }
    if (find_header(headers, "Expect")) {
        return HttpProblem{417, "realtime.request.expectation", "Expect is not supported"};
    }
    if (find_header(headers, "Upgrade")) {
        return HttpProblem{400, "realtime.request.upgrade", "Upgrade is not supported"};
    }
    return std::nullopt;
}

std::optional<HttpProblem> judge_origin(const HttpHeaders& headers) {
    if (count_headers(headers, "Host") != 1) {
        return HttpProblem{400, "realtime.request.host", "the request needs exactly one Host header"};
    }
    const std::string_view host = *find_header(headers, "Host");
    if (!is_loopback_authority(host)) {
        return HttpProblem{421, "realtime.request.host",
                           "host " + quoted(host) + " is not served here, use localhost or 127.0.0.1"};
    }
    auto origin = find_header(headers, "Origin");
    if (!origin) {
        return std::nullopt;
    }
    const auto scheme_end = origin->find("://");
    const bool is_ours =
        scheme_end != std::string_view::npos && is_loopback_authority(origin->substr(scheme_end + 3));
    return is_ours ? std::nullopt
                   : std::optional(HttpProblem{403, "realtime.request.origin",
                                               "origin " + quoted(*origin) + " may not use this API"});
}

} // namespace

bool is_loopback_authority(std::string_view authority) {
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port && !parse_number<std::uint16_t>(authority.substr(colon + 1))) {
        return false;
    }
    return lists(kLoopbackNames, has_port ? authority.substr(0, colon) : authority);
}

std::optional<HttpProblem> judge_request(const HttpRequest& request, const FrontLimits& limits) {
    constexpr std::size_t kRequestLineRest = std::string_view("  HTTP/1.1").size();
    if (request.method.size() + request.target.size() + kRequestLineRest > limits.request_line_bytes) {
        return HttpProblem{414, "realtime.request.line_too_long",
                           "the request line is longer than " + std::to_string(limits.request_line_bytes) +
                               " bytes"};
    }
    if (request.headers.size() > limits.header_count) {
        return HttpProblem{431, "realtime.request.too_many_headers",
                           "the request has more than " + std::to_string(limits.header_count) + " headers"};
    }
    if (std::ranges::find(kMethods, request.method) == kMethods.end()) {
        return HttpProblem{501, "realtime.request.method",
                           "method " + quoted(request.method) + " is not known"};
    }
    if (auto problem = judge_framing(request.headers)) {
        return problem;
    }
    if (auto problem = judge_origin(request.headers)) {
        return problem;
    }
    if (const auto target = parse_target(request.target); !target) {
        return HttpProblem{400, "realtime.request.target", target.error().message()};
    }
    return std::nullopt;
}

HttpHeaders forwarded_headers(const HttpHeaders& received) {
    HttpHeaders forwarded;
    for (const auto& header : received) {
        const bool is_client_id =
            equal_ignoring_case(header.name, "X-OpenStack-Request-ID") && is_request_id(header.value);
        if (is_client_id || lists(kForwarded, header.name)) {
            forwarded.push_back(header);
        }
    }
    return forwarded;
}

} // namespace nova_rt
