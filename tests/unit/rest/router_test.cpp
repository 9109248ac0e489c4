#include "adapters/rest/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <stdexcept>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::ElementsAre;

HttpRequest request(std::string method, std::string target, HttpHeaders headers = {}) {
    return {std::move(method), std::move(target), "req-1", std::move(headers), ""};
}

Router make_router() {
    const auto text = [](std::string body) {
        return [body](const HttpRequest&, const RouteArguments&) {
            return make_response(200, "text/plain", body);
        };
    };
    return Router({
        {"GET", "/", text("root")},
        {"GET", "/v1/things",
         [](const HttpRequest&, const RouteArguments&) {
             HttpResponse response = make_response(200, "text/plain", "things");
             response.headers.push_back({"ETag", "W/\"7\""});
             return response;
         }},
        {"POST", "/v1/things", text("made")},
        {"GET", "/v1/things/{id}",
         [](const HttpRequest&, const RouteArguments& arguments) {
             return make_response(200, "text/plain", arguments.at(0));
         }},
        {"GET", "/boom",
         [](const HttpRequest&, const RouteArguments&) -> HttpResponse {
             throw std::runtime_error("secret detail");
         }},
    });
}

TEST(Router, FindsTheRouteAndDecodesItsArguments) {
    const Router router = make_router();
    EXPECT_EQ(router.dispatch(request("GET", "/")).body_text(), "root");
    EXPECT_EQ(router.dispatch(request("GET", "/v1/things?limit=3")).body_text(), "things");
    EXPECT_EQ(router.dispatch(request("GET", "/v1/things/a%20b")).body_text(), "a b");
    EXPECT_EQ(router.dispatch(request("POST", "/v1/things")).body_text(), "made");
}

TEST(Router, HeadIsGetAndOptionsNamesTheMethods) {
    const Router router = make_router();
    EXPECT_EQ(router.dispatch(request("HEAD", "/v1/things")).body_text(), "things");
    const auto options = router.dispatch(request("OPTIONS", "/v1/things"));
    EXPECT_EQ(options.status, 204U);
    EXPECT_EQ(find_header(options.headers, "Allow"), "GET, HEAD, OPTIONS, POST");
}

TEST(Router, AnswersErrorsInTheApiSigFormat) {
    const struct {
        const char* method;
        const char* target;
        unsigned status;
        const char* code;
    } cases[] = {
        {"GET", "/nothing", 404, "realtime.not_found"},
        {"GET", "/v1/things/a/b", 404, "realtime.not_found"},
        {"OPTIONS", "/nothing", 404, "realtime.not_found"},
        {"DELETE", "/v1/things", 405, "realtime.method_not_allowed"},
        {"GET", "/v1/../etc/passwd", 400, "realtime.request.target"},
        {"GET", "/boom", 500, "realtime.internal"},
    };

    for (const auto& [method, target, status, code] : cases) {
        const auto response = make_router().dispatch(request(method, target));
        EXPECT_EQ(response.status, status) << target;
        const json error = json::parse(response.body_text()).at("errors").at(0);
        EXPECT_EQ(error.at("code"), code) << target;
        EXPECT_EQ(error.at("status"), status) << target;
        EXPECT_EQ(error.at("request_id"), "req-1") << target;
        EXPECT_FALSE(error.at("title").get<std::string>().empty()) << target;
        EXPECT_EQ(error.at("detail").get<std::string>().find("secret"), std::string::npos);
    }
}

TEST(Router, MethodNotAllowedNamesTheAllowedOnes) {
    const auto response = make_router().dispatch(request("DELETE", "/v1/things"));
    EXPECT_EQ(find_header(response.headers, "Allow"), "GET, HEAD, OPTIONS, POST");
}

TEST(Router, EveryAnswerCarriesItsRequestIdOnce) {
    for (const char* target : {"/", "/nothing", "/boom"}) {
        const auto response = make_router().dispatch(request("GET", target));
        const auto ids =
            std::count_if(response.headers.begin(), response.headers.end(), [](const HttpHeader& header) {
                return header.name == "X-OpenStack-Request-ID" && header.value == "req-1";
            });
        EXPECT_EQ(ids, 1) << target;
    }
}

TEST(Router, NotModifiedWhenTheClientsTagFits) {
    const Router router = make_router();
    for (const char* tag : {"W/\"7\"", "\"7\"", "\"6\", W/\"7\"", "*"}) {
        const auto response = router.dispatch(request("GET", "/v1/things", {{"if-none-match", tag}}));
        EXPECT_EQ(response.status, 304U) << tag;
        EXPECT_EQ(response.body_text(), "") << tag;
        EXPECT_EQ(find_header(response.headers, "ETag"), "W/\"7\"") << tag;
    }
    EXPECT_EQ(router.dispatch(request("GET", "/v1/things", {{"If-None-Match", "W/\"8\""}})).status, 200U);
}

TEST(Router, ListsItsRoutes) {
    EXPECT_THAT(make_router().listing(), ElementsAre("GET /", "GET /boom", "GET /v1/things",
                                                     "GET /v1/things/{id}", "POST /v1/things"));
}

} // namespace
} // namespace nova_rt
