// Requests and answers as values, so that routes can be tested without a socket or an HTTP library.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

struct HttpHeader {
    std::string name;
    std::string value;
};

using HttpHeaders = std::vector<HttpHeader>;

/// The first header of that name, compared without case; none when absent.
[[nodiscard]] std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name);

/// Whether two header names or other ASCII texts are equal without case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

struct HttpRequest {
    std::string method;     ///< "GET"
    std::string target;     ///< path and query as sent, not decoded
    std::string request_id; ///< "req-<uuid>", chosen by this process
    HttpHeaders headers;
    std::string body;
};

/// The body is shared, not copied: handlers hand out what was serialised once.
struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "application/json";
    HttpHeaders headers;
    std::shared_ptr<const std::string> body; ///< none: no body

    [[nodiscard]] std::string_view body_text() const { return body ? std::string_view(*body) : ""; }
};

/// Called by several threads at once; must not block.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

[[nodiscard]] HttpResponse make_response(unsigned status, std::string content_type, std::string body);

/// Headers between the front and the listener behind it; never passed on to a client.
namespace internal_header {
inline constexpr std::string_view kRequestId = "X-Nova-RT-Request-ID";
inline constexpr std::string_view kFrontKey = "X-Nova-RT-Front-Key";
/// The length a HEAD request's body would have had.
inline constexpr std::string_view kBodyLength = "X-Nova-RT-Body-Length";
} // namespace internal_header

} // namespace nova_rt
