// What a request must look like before cpprestsdk may see it. Pure: the front asks, tests ask.
#pragma once

#include "adapters/rest/http_message.hpp"
#include "adapters/rest/http_problem.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace nova_rt {

/// Limits of the front towards its clients.
struct FrontLimits {
    std::size_t request_line_bytes = std::size_t{4} * 1024;
    std::size_t header_bytes = std::size_t{16} * 1024; ///< the request line included
    std::size_t header_count = 64;
    std::size_t body_bytes = std::size_t{4} * 1024;
    std::size_t connections = 64;
    std::chrono::milliseconds header_deadline{
        5000}; ///< from a request's first byte, or the connection's start
    std::chrono::milliseconds idle_deadline{30000};   ///< between two requests of one connection
    std::chrono::milliseconds answer_deadline{10000}; ///< handler and writing together
};

/// The rule a request breaks; none when it may be passed on. Refuses Transfer-Encoding in any form, a Host
/// that is not this machine's loopback (DNS rebinding), a foreign Origin, Upgrade and Expect, methods outside
/// HTTP's common ones, and targets that parse_target refuses.
[[nodiscard]] std::optional<HttpProblem> judge_request(const HttpRequest& request, const FrontLimits& limits);

/// The headers of a client's request that handlers may see; everything else ends at the front.
[[nodiscard]] HttpHeaders forwarded_headers(const HttpHeaders& received);

/// Whether a Host header names this machine's loopback, with or without a port.
[[nodiscard]] bool is_loopback_authority(std::string_view authority);

} // namespace nova_rt
