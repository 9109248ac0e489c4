#include "adapters/rest/request_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

HttpRequest good_request() {
    return {"GET", "/v1/status", "", {{"Host", "localhost:9476"}}, ""};
}

TEST(RequestRules, PassesAnOrdinaryRequest) {
    EXPECT_FALSE(judge_request(good_request(), {}));
    HttpRequest request = good_request();
    request.headers.push_back({"Origin", "http://127.0.0.1:9476"});
    request.headers.push_back({"Content-Length", "3"});
    EXPECT_FALSE(judge_request(request, {}));
}

TEST(RequestRules, NoTransferEncodingEverReachesTheListener) {
    for (const char* value : {"chunked", "Chunked", "identity", "gzip, chunked", ""}) {
        HttpRequest request = good_request();
        request.headers.push_back({"transfer-encoding", value});
        EXPECT_EQ(judge_request(request, {}).value().status, 411U) << value;
        request.headers.push_back({"Content-Length", "3"});
        EXPECT_EQ(judge_request(request, {}).value().status, 400U) << value;
    }
}

TEST(RequestRules, RefusesHeadersThatChangeTheFraming) {
    const struct {
        HttpHeader header;
        unsigned status;
    } cases[] = {{{"Expect", "100-continue"}, 417}, {{"Upgrade", "h2c"}, 400}, {{"Host", "localhost"}, 400}};

    for (const auto& [header, status] : cases) {
        HttpRequest request = good_request();
        request.headers.push_back(header);
        EXPECT_EQ(judge_request(request, {}).value().status, status) << header.name;
    }
    HttpRequest request = good_request();
    request.headers.push_back({"Content-Length", "3"});
    request.headers.push_back({"Content-Length", "3"});
    EXPECT_EQ(judge_request(request, {}).value().status, 400U);
}

TEST(RequestRules, ServesLoopbackNamesOnly) {
    for (const char* host :
         {"localhost", "LOCALHOST:9476", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:9476"}) {
        EXPECT_TRUE(is_loopback_authority(host)) << host;
    }
    for (const char* host :
         {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost:", "localhost:x",
          "localhost:99999", "::1", "[::1", "localhost@evil", "127.0.0.1:80:80"}) {
        EXPECT_FALSE(is_loopback_authority(host)) << host;
        HttpRequest request = good_request();
        request.headers = {{"Host", host}};
        EXPECT_EQ(judge_request(request, {}).value().status, 421U) << host;
    }
    HttpRequest without = good_request();
    without.headers.clear();
    EXPECT_EQ(judge_request(without, {}).value().status, 400U);
}

TEST(RequestRules, RefusesForeignOrigins) {
    for (const char* origin : {"null", "http://evil.example", "https://localhost.evil.example:9476"}) {
        HttpRequest request = good_request();
        request.headers.push_back({"Origin", origin});
        EXPECT_EQ(judge_request(request, {}).value().status, 403U) << origin;
    }
}

TEST(RequestRules, LimitsLineAndHeaderCount) {
    HttpRequest request = good_request();
    request.target = "/" + std::string(4096, 'a');
    EXPECT_EQ(judge_request(request, {}).value().status, 414U);
    request = good_request();
    request.headers.resize(65, {"X-Filler", "1"});
    EXPECT_EQ(judge_request(request, {}).value().status, 431U);
}

TEST(RequestRules, KnowsTheCommonMethodsOnly) {
    for (const char* method : {"TRACE", "CONNECT", "get", "BREW", ""}) {
        HttpRequest request = good_request();
        request.method = method;
        EXPECT_EQ(judge_request(request, {}).value().status, 501U) << method;
    }
}

TEST(RequestRules, ForwardsOnlyHeadersThatHandlersRead) {
    const HttpHeaders forwarded =
        forwarded_headers({{"Host", "localhost"},
                           {"accept", "*/*"},
                           {"If-None-Match", "\"1\""},
                           {"X-Nova-RT-Front-Key", "guess"},
                           {"X-Nova-RT-Request-ID", "forged"},
                           {"Connection", "close"},
                           {"X-OpenStack-Request-ID", "req-11111111-2222-3333-4444-555555555555"},
                           {"X-OpenStack-Request-ID", "req-\x1b[31m"}});
    ASSERT_EQ(forwarded.size(), 3U);
    EXPECT_EQ(forwarded[0].name, "accept");
    EXPECT_EQ(forwarded[1].name, "If-None-Match");
    EXPECT_EQ(forwarded[2].value, "req-11111111-2222-3333-4444-555555555555");
}

} // namespace
} // namespace nova_rt
