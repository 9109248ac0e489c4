#include "adapters/rest/request_target.hpp"

#include "adapters/rest/request_id.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RequestTarget, DecodesSegmentsAndKeepsTheQuery) {
    const auto target = parse_target("/v1/domains/%41b?limit=1&x=%2F");
    ASSERT_TRUE(target);
    EXPECT_THAT(target->segments, ElementsAre("v1", "domains", "Ab"));
    EXPECT_EQ(target->query, "limit=1&x=%2F");
    EXPECT_THAT(parse_target("/")->segments, IsEmpty());
}

TEST(RequestTarget, RefusesEverySecondSpellingOfAPath) {
    for (const std::string text : {"",
                                   "v1",
                                   "*",
                                   "http://localhost/v1",
                                   "//v1",
                                   "/v1/",
                                   "/v1//status",
                                   "/./v1",
                                   "/../etc/passwd",
                                   "/%2e%2e/etc/passwd",
                                   "/%2E./x",
                                   "/a%2fb",
                                   "/a%5Cb",
                                   "/a%00b",
                                   "/a%0d%0aSet-Cookie:x",
                                   "/%zz",
                                   "/%4",
                                   "/%",
                                   "/a b",
                                   "/a\tb",
                                   "/a\"b",
                                   "/<script>",
                                   "/\xff",
                                   "/%ff",
                                   "/v1?x=%4",
                                   "/v1?x=<y>",
                                   "/v1#fragment"}) {
        EXPECT_FALSE(parse_target(text)) << text;
    }
}

TEST(RequestId, AcceptsOnlyWhatItWouldMake) {
    EXPECT_TRUE(is_request_id(make_request_id()));
    EXPECT_NE(make_request_id(), make_request_id());
    for (const char* text :
         {"", "req-", "11111111-2222-3333-4444-555555555555", "req-11111111-2222-3333-4444-55555555555",
          "req-11111111-2222-3333-4444-55555555555g", "req-11111111-2222-3333-4444-5555555555555",
          "req-111111112222-3333-4444-5555-55555555", "req-11111111-2222-3333-4444-55555555555\n"}) {
        EXPECT_FALSE(is_request_id(text)) << text;
    }
}

} // namespace
} // namespace nova_rt
