// A table of routes and what it makes of a request. Knows no socket and no HTTP library.
#pragma once

#include "adapters/rest/http_message.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// The decoded segments that stand for a pattern's {names}, in order.
using RouteArguments = std::vector<std::string>;
using RouteHandler = std::function<HttpResponse(const HttpRequest&, const RouteArguments&)>;

struct Route {
    std::string method;  ///< "GET"; HEAD is answered by GET's handler, OPTIONS by the router
    std::string pattern; ///< "/v1/domains/{uuid}"
    RouteHandler handler;
};

class Router {
public:
    explicit Router(std::vector<Route> routes);

    /// Always an answer: 404 and 405 (with Allow) in the API's error format, 304 when the client's ETag still
    /// fits, 500 when a handler throws. A HEAD answer carries the body whose length it announces; the
    /// transport leaves it out.
    [[nodiscard]] HttpResponse dispatch(const HttpRequest& request) const;

    /// "GET /v1/status", sorted: what the documentation is compared with.
    [[nodiscard]] std::vector<std::string> listing() const;

private:
    struct Entry {
        std::string method;
        std::vector<std::string> segments;
        std::string pattern;
        RouteHandler handler;
    };

    [[nodiscard]] HttpResponse answer(const HttpRequest& request) const;

    std::vector<Entry> entries_;
};

} // namespace nova_rt
