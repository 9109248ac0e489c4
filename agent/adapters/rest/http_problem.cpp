#include "adapters/rest/http_problem.hpp"

#include <nlohmann/json.hpp>

namespace nova_rt {

std::string_view status_title(unsigned status) {
    switch (status) {
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 411:
        return "Length Required";
    case 413:
        return "Payload Too Large";
    case 414:
        return "URI Too Long";
    case 417:
        return "Expectation Failed";
    case 421:
        return "Misdirected Request";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    default:
        return "Error";
    }
}

HttpResponse to_response(const HttpProblem& problem, std::string_view request_id) {
    const nlohmann::json error = {{"request_id", request_id},
                                  {"code", problem.code},
                                  {"status", problem.status},
                                  {"title", status_title(problem.status)},
                                  {"detail", problem.detail}};
    const nlohmann::json document = {{"errors", nlohmann::json::array({error})}};
    HttpResponse response =
        make_response(problem.status, "application/json",
                      document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    response.headers.push_back({"X-OpenStack-Request-ID", std::string(request_id)});
    return response;
}

} // namespace nova_rt
