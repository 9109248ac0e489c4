#include "services/json_writer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace nova_rt {
namespace {

using nlohmann::json;

std::string written(const std::string& text) {
    JsonWriter out;
    out.value(text);
    return std::move(out).take();
}

TEST(JsonWriterTest, SeparatesMembersAndEntries) {
    JsonWriter out;
    out.begin_object();
    out.member("empty", std::vector<unsigned>{});
    out.member("list", std::vector<unsigned>{1, 2});
    out.member("map", std::map<std::string, std::int64_t>{{"a", -1}, {"b", 2}});
    out.key("objects");
    out.begin_list();
    out.begin_object();
    out.end_object();
    out.begin_object();
    out.member("yes", true);
    out.key("nothing");
    out.null();
    out.end_object();
    out.end_list();
    out.member("last", std::numeric_limits<std::uint64_t>::max());
    out.end_object();
    EXPECT_EQ(std::move(out).take(),
              R"({"empty":[],"list":[1,2],"map":{"a":-1,"b":2},"objects":[{},{"yes":true,"nothing":null}],)"
              R"("last":18446744073709551615})");
}

/// Text that ends like a bracket or a key does not lose its comma.
TEST(JsonWriterTest, SeparatesTextThatEndsInPunctuation) {
    JsonWriter out;
    out.value(std::vector<std::string>{"{", "[", ":", ""});
    EXPECT_EQ(std::move(out).take(), R"(["{","[",":",""])");
}

TEST(JsonWriterTest, EscapesEveryByteAsTheLibraryDoes) {
    constexpr int kBytes = 256;
    for (int byte = 0; byte < kBytes; ++byte) {
        const std::string text = "a\n" + std::string(1, static_cast<char>(byte)) + "\"b\\";
        EXPECT_EQ(written(text), json(text).dump(-1, ' ', false, json::error_handler_t::replace)) << byte;
    }
}

TEST(JsonWriterTest, KeepsUtf8AndReplacesWhatIsNone) {
    EXPECT_EQ(written("h\u00fcgel \U0001F600"), "\"h\u00fcgel \U0001F600\"");
    EXPECT_EQ(written("cut \xF0\x9F\x98"), "\"cut \uFFFD\"");
    EXPECT_EQ(json::parse(written(std::string("\0\x1F\x7F", 3))), std::string("\0\x1F\x7F", 3));
}

} // namespace
} // namespace nova_rt
