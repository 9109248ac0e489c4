#include "services/bounded_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(BoundedJson, RefusesWhatIsTooDeepOrNoJson) {
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("{} {}"), std::string("\"\xff\""),
          std::string(1'000'000, '['), R"({"a": [)" + std::string(40, '[') + "]}"}) {
        const auto parsed = parse_bounded_json(text);
        ASSERT_FALSE(parsed) << text.substr(0, 20);
        EXPECT_EQ(parsed.error().code(), ErrorCode::InvalidArgument);
    }
    EXPECT_TRUE(parse_bounded_json(R"({"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[["})"));
}

TEST(BoundedJson, ReadsWholeNumbersInARange) {
    const json object = {
        {"number", 5}, {"text", "7"}, {"real", 1.5}, {"wide", std::uint64_t(-1)}, {"null", nullptr}};
    EXPECT_EQ(*read_integer(object, "number", 1, 9, "w"), std::optional<std::int64_t>(5));
    EXPECT_EQ(*read_integer(object, "text", 1, 9, "w"), std::optional<std::int64_t>(7));
    EXPECT_EQ(*read_integer(object, "null", 1, 9, "w"), std::optional<std::int64_t>());
    EXPECT_EQ(*read_integer(object, "absent", 1, 9, "w"), std::optional<std::int64_t>());
    EXPECT_THAT(read_integer(object, "number", 6, 9, "read x").error().message(),
                HasSubstr("read x: number is"));
    EXPECT_FALSE(read_integer(object, "real", 1, 9, "w"));
    EXPECT_FALSE(read_integer(object, "wide", 1, 9, "w"));
}

TEST(BoundedJson, ReadsScalarsAsPythonPrintsThem) {
    const json object = {{"p", {{"yes", true}, {"n", 5}, {"s", "x"}}},
                         {"bad", {{"list", json::array()}}},
                         {"nul", std::string("a\0b", 3)}};
    EXPECT_EQ(read_properties(object, "p", "w"), (Properties{{"yes", "True"}, {"n", "5"}, {"s", "x"}}));
    EXPECT_EQ(read_properties(object, "absent", "w"), Properties{});
    EXPECT_FALSE(read_properties(object, "bad", "w"));
    EXPECT_FALSE(read_text(object, "nul", "w"));
    EXPECT_FALSE(read_text(object, "p", "w"));
}

} // namespace
} // namespace nova_rt
