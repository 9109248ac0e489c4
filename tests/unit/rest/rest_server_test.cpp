// A really started server, front and cpprestsdk, against well-behaved and hostile clients.
#include "adapters/rest/rest_server.hpp"

#include "adapters/rest/router.hpp"
#include "support/raw_http.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <deque>
#include <string>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::body_of;
using test::header_of;
using test::http_exchange;
using test::RawHttpClient;
using test::status_of;

/// cpprestsdk has one thread pool per process: all tests share one server.
class RestServerTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        runtime_ = CpprestRuntime::start().value();
        RestOptions options;
        options.limits.header_deadline = 300ms;
        options.limits.idle_deadline = 400ms;
        options.limits.connections = 8;
        server_ = RestServer::open(*runtime_, options, [](const HttpRequest& request) {
                      return routes().dispatch(request);
                  }).value();
    }

    static void TearDownTestSuite() {
        EXPECT_TRUE(server_->close(5s));
        server_.reset();
        runtime_.reset();
    }

    static const Router& routes() {
        static const Router router({
            {"GET", "/hello",
             [](const HttpRequest& request, const RouteArguments&) {
                 HttpResponse response = make_response(200, "text/plain", "hello");
                 response.headers.push_back({"X-Seen-Headers", std::to_string(request.headers.size())});
                 response.headers.push_back({"ETag", "W/\"1\""});
                 return response;
             }},
            {"GET", "/large",
             [](const HttpRequest&, const RouteArguments&) {
                 return make_response(200, "text/plain", std::string(3'000'000, 'x'));
             }},
            {"POST", "/echo",
             [](const HttpRequest& request, const RouteArguments&) {
                 return make_response(200, "text/plain", request.body);
             }},
        });
        return router;
    }

    static std::uint16_t port() { return server_->port(); }

    void TearDown() override {
        EXPECT_EQ(body_of(http_exchange(port(), "GET", "/hello")), "hello") << "still answers afterwards";
        EXPECT_EQ(runtime_->contained_exceptions(), 0U) << "nothing hostile reached cpprestsdk";
    }

    static std::string answer_to(std::string_view bytes) {
        RawHttpClient client(port());
        client.send(bytes);
        return client.read_all();
    }

    static inline std::unique_ptr<CpprestRuntime> runtime_;
    static inline std::unique_ptr<RestServer> server_;
};

TEST_F(RestServerTest, AnswersGetThroughBothServers) {
    const std::string answer = http_exchange(port(), "GET", "/hello");
    EXPECT_EQ(status_of(answer), 200U);
    EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain");
    EXPECT_EQ(header_of(answer, "Content-Length"), "5");
    EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(header_of(answer, "X-OpenStack-Request-ID"), testing::StartsWith("req-"));
    EXPECT_EQ(header_of(answer, "X-Nova-RT-Front-Key"), "");
}

TEST_F(RestServerTest, ServesLargeBodiesWhole) {
    EXPECT_EQ(body_of(http_exchange(port(), "GET", "/large")).size(), 3'000'000U);
}

TEST_F(RestServerTest, PassesABodyOn) {
    EXPECT_EQ(body_of(answer_to("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                "Content-Length: 4\r\n\r\nping")),
              "ping");
}

TEST_F(RestServerTest, HeadAnnouncesTheLengthAndSendsNoBody) {
    const std::string answer = http_exchange(port(), "HEAD", "/hello");
    EXPECT_EQ(status_of(answer), 200U);
    EXPECT_EQ(header_of(answer, "Content-Length"), "5");
    EXPECT_EQ(body_of(answer), "");
}

TEST_F(RestServerTest, NotModifiedAndOptionsHaveNoBody) {
    const std::string cached = http_exchange(port(), "GET", "/hello", "If-None-Match: W/\"1\"\r\n");
    EXPECT_EQ(status_of(cached), 304U);
    EXPECT_EQ(body_of(cached), "");
    const std::string options = http_exchange(port(), "OPTIONS", "/hello");
    EXPECT_EQ(status_of(options), 204U);
    EXPECT_EQ(header_of(options, "Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(RestServerTest, MethodNotAllowedHasAllowAndAnError) {
    const std::string answer = http_exchange(port(), "DELETE", "/hello");
    EXPECT_EQ(status_of(answer), 405U);
    EXPECT_EQ(header_of(answer, "Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(json::parse(body_of(answer))["errors"][0]["code"], "realtime.method_not_allowed");
}

TEST_F(RestServerTest, KeepsAConnectionForSeveralRequests) {
    RawHttpClient client(port());
    for (int i = 0; i < 5; ++i) {
        client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
        EXPECT_EQ(body_of(client.read_answer()), "hello") << i;
    }
    client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer("HEAD")), 200U);
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST_F(RestServerTest, AnswersPipelinedRequestsInOrder) {
    RawHttpClient client(port());
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
                "GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const std::string both = client.read_all();
    EXPECT_LT(both.find("200 OK"), both.find("404 Not Found"));
}

TEST_F(RestServerTest, RefusesHostileRequestsByName) {
    const std::string get = "GET /hello HTTP/1.1\r\nHost: localhost\r\n";

    const struct {
        const char* name;
        std::string bytes;
        unsigned status;
    } cases[] = {
        {"negative chunk size, which kills cpprestsdk",
         "PUT /hello HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n", 411},
        {"chunk size of 2 GiB", get + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n", 411},
        {"Transfer-Encoding and Content-Length",
         get + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
        {"two different lengths", get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
        {"negative length", get + "Content-Length: -1\r\n\r\n", 400},
        {"length that is no number", get + "Content-Length: 0x10\r\n\r\n", 400},
        {"header without end", get + "X-Flood: " + std::string(64 * 1024, 'a') + "\r\n\r\n", 431},
        {"many headers",
         get +
             [] {
                 std::string lines;
                 for (int i = 0; i < 1000; ++i) {
                     lines += "X-" + std::to_string(i) + ": 1\r\n";
                 }
                 return lines;
             }() +
             "\r\n",
         431},
        {"long request line", "GET /" + std::string(8000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414},
        {"body above the limit", get + "Content-Length: 250000000\r\n\r\nxxxx", 413},
        {"foreign host", "GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
        {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
        {"two hosts", get + "Host: localhost\r\n\r\n", 400},
        {"traversal", "GET /v1/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"encoded traversal", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"absolute target", "GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"unknown method", "BREW /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
        {"bare line feeds", "GET /hello HTTP/1.1\nHost: localhost\n\n", 400},
        {"space before the colon", "GET /hello HTTP/1.1\r\nHost : localhost\r\n\r\n", 400},
        {"binary rubbish", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        {"upgrade", get + "Upgrade: h2c\r\n\r\n", 400},
        {"expectation", get + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n", 417},
    };

    for (const auto& [name, bytes, status] : cases) {
        const std::string answer = answer_to(bytes);
        EXPECT_EQ(status_of(answer), status) << name << ": " << answer;
        EXPECT_EQ(header_of(answer, "Connection"), "close") << name;
        EXPECT_THAT(header_of(answer, "X-OpenStack-Request-ID"), testing::StartsWith("req-")) << name;
        EXPECT_TRUE(json::accept(body_of(answer))) << name;
    }
}

TEST_F(RestServerTest, NothingIsSmuggledBehindARefusedRequest) {
    const std::string answer =
        answer_to("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                  "Content-Length: 0\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(status_of(answer), 400U);
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << answer;
}

TEST_F(RestServerTest, OnlyListedHeadersReachTheHandler) {
    const std::string plain = http_exchange(port(), "GET", "/hello");
    const std::string decorated =
        http_exchange(port(), "GET", "/hello", "X-One: 1\r\nCookie: a=b\r\nX-Nova-RT-Request-ID: forged\r\n");
    EXPECT_EQ(header_of(decorated, "X-Seen-Headers"), header_of(plain, "X-Seen-Headers"));
    EXPECT_THAT(header_of(decorated, "X-OpenStack-Request-ID"), testing::StartsWith("req-"));
}

TEST_F(RestServerTest, ClosesSlowAndIdleConnections) {
    RawHttpClient silent(port());
    RawHttpClient slow(port());
    RawHttpClient idle(port());
    const auto start = std::chrono::steady_clock::now();
    slow.send("GET /hello HTT");
    idle.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(body_of(idle.read_answer()), "hello");
    EXPECT_EQ(silent.read_all(), "");
    EXPECT_EQ(slow.read_all(), "");
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

TEST_F(RestServerTest, AFullHouseOfSilentClientsDoesNotKeepOthersOut) {
    std::deque<RawHttpClient> crowd;
    for (int i = 0; i < 100; ++i) {
        crowd.emplace_back(port());
        crowd.back().send("GET / HTTP/1.1\r\nX-Slow: ");
    }
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(body_of(http_exchange(port(), "GET", "/hello")), "hello");
    EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

TEST_F(RestServerTest, TheListenerBehindAnswersNobodyElse) {
    RawHttpClient client(server_->backend_port());
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer()), 403U);
}

TEST_F(RestServerTest, RefusesASecondRuntime) {
    EXPECT_FALSE(CpprestRuntime::start());
}

} // namespace
} // namespace nova_rt
