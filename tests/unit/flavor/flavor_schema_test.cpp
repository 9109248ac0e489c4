#include "flavor/flavor_schema.hpp"

#include "flavor/extra_specs.hpp"
#include "support/file_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kSchemaPath = "flavor-schemas/realtime-flavor.schema.json";

class FlavorSchemaTest : public testing::Test {
protected:
    static const FlavorSchema& schema() {
        static const auto loaded = FlavorSchema::load(test::source_file_text(kSchemaPath));
        EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message());
        return *loaded;
    }

    static std::vector<std::string> examples(const std::string& kind) {
        std::vector<std::string> paths;
        const std::string directory = "flavor-schemas/examples/" + kind;
        for (const auto& entry :
             std::filesystem::directory_iterator(std::string(NOVA_RT_SOURCE_DIR) + "/" + directory)) {
            paths.push_back(directory + "/" + entry.path().filename().string());
        }
        return paths;
    }
};

TEST_F(FlavorSchemaTest, AcceptsTheValidExamples) {
    const auto paths = examples("valid");
    EXPECT_GE(paths.size(), 5U);
    for (const auto& path : paths) {
        const auto problems = schema().check(test::source_file_text(path));
        ASSERT_TRUE(problems) << path;
        EXPECT_THAT(*problems, IsEmpty())
            << path << ": " << problems->front().where << problems->front().text;
    }
}

TEST_F(FlavorSchemaTest, RefusesTheInvalidExamples) {
    const auto paths = examples("invalid");
    EXPECT_GE(paths.size(), 10U);
    for (const auto& path : paths) {
        const auto problems = schema().check(test::source_file_text(path));
        ASSERT_TRUE(problems) << path;
        EXPECT_THAT(*problems, Not(IsEmpty())) << path;
    }
}

std::set<ValueKind> kinds_of(const std::vector<std::string>& keys) {
    std::set<ValueKind> kinds;
    for (const std::string& key : keys) {
        if (const ExtraSpec* const row = find_extra_spec(key)) {
            kinds.insert(row->kind);
        }
    }
    return kinds;
}

std::vector<std::string> keys_of(const std::string& example) {
    const json document = json::parse(test::source_file_text(example));
    std::vector<std::string> keys;
    for (const auto& [key, value] : document.at("extra_specs").items()) {
        keys.push_back(key);
    }
    return keys;
}

std::vector<std::string> refused_keys(const FlavorSchema& schema, const std::string& example) {
    constexpr std::string_view kBelow = "extra_specs/";
    const auto problems = schema.check(test::source_file_text(example));
    std::vector<std::string> keys;
    for (const auto& problem : problems.value()) {
        if (problem.where.starts_with(kBelow)) {
            keys.push_back(problem.where.substr(kBelow.size()));
        }
    }
    return keys;
}

/// Text is left out of the invalid ones: any text is valid.
TEST_F(FlavorSchemaTest, HasExamplesOfEachKindOfRule) {
    std::set<ValueKind> accepted;
    for (const auto& path : examples("valid")) {
        accepted.merge(kinds_of(keys_of(path)));
    }
    std::set<ValueKind> refused;
    for (const auto& path : examples("invalid")) {
        refused.merge(kinds_of(refused_keys(schema(), path)));
    }
    std::set<ValueKind> every;
    for (const ExtraSpec& spec : nova_extra_specs()) {
        every.insert(spec.kind);
    }
    EXPECT_EQ(accepted, every);
    every.erase(ValueKind::Text);
    EXPECT_EQ(refused, every);
}

TEST_F(FlavorSchemaTest, SaysWhereTheProblemIs) {
    const auto problems =
        schema().check(R"({"vcpus": 1, "memory_mb": 1, "extra_specs": {"hw:cpu_policy": "x"}})");
    ASSERT_TRUE(problems);
    ASSERT_FALSE(problems->empty());
    bool named = false;
    for (const auto& problem : *problems) {
        named = named || problem.where == "extra_specs/hw:cpu_policy";
    }
    EXPECT_TRUE(named);
}

TEST_F(FlavorSchemaTest, HasTheKeysOfTheTable) {
    const json document = json::parse(test::source_file_text(kSchemaPath));
    const json& specs = document["properties"]["extra_specs"];
    std::set<std::string> from_table;
    for (const auto table : {nova_extra_specs(), rt_extra_specs()}) {
        for (const ExtraSpec& row : table) {
            const std::string key(row.key);
            if (key.ends_with("{num}")) {
                EXPECT_TRUE(specs["patternProperties"].dump().find(key.substr(0, key.find('.'))) !=
                            std::string::npos);
                continue;
            }
            from_table.insert(key);
            ASSERT_TRUE(specs["properties"].contains(key)) << key;
            const json& entry = specs["properties"][key];
            if (row.kind == ValueKind::Integer) {
                EXPECT_EQ(entry.contains("minimum"), row.minimum != std::numeric_limits<std::int64_t>::min())
                    << key;
                EXPECT_EQ(entry.value("minimum", row.minimum), row.minimum) << key;
                EXPECT_EQ(entry.value("maximum", row.maximum), row.maximum) << key;
            }
            if (row.kind == ValueKind::Choice) {
                std::string joined;
                for (const json& choice : entry["enum"]) {
                    joined += (joined.empty() ? "" : ",") + choice.get<std::string>();
                }
                EXPECT_EQ(joined, row.choices) << key;
            }
        }
    }
    for (const auto& [key, entry] : specs["properties"].items()) {
        EXPECT_TRUE(from_table.contains(key)) << key;
    }
}

TEST_F(FlavorSchemaTest, HasARowInTheReadmeForEachKey) {
    std::istringstream readme(test::source_file_text("flavor-schemas/README.md"));
    std::set<std::string> rows;
    for (std::string line; std::getline(readme, line);) {
        if (line.starts_with("| `")) {
            rows.insert(line.substr(3, line.find('`', 3) - 3));
        }
    }
    std::size_t keys = 0;
    for (const auto table : {nova_extra_specs(), rt_extra_specs()}) {
        for (const ExtraSpec& row : table) {
            EXPECT_TRUE(rows.contains(std::string(row.key))) << row.key;
            ++keys;
        }
    }
    EXPECT_EQ(rows.size(), keys);
}

TEST_F(FlavorSchemaTest, AgreesWithTheRulesAboutEveryRecordedFlavor) {
    const json cases = json::parse(test::source_file_text("tests/nova_compat/cases.json"));
    for (const json& each : cases) {
        const auto problems = schema().check(each["flavor"].dump());
        ASSERT_TRUE(problems);
        Flavor flavor;
        for (const auto& [key, value] : each["flavor"]["extra_specs"].items()) {
            flavor.extra_specs[key] = value.get<std::string>();
        }
        EXPECT_EQ(problems->empty(), validate_extra_specs(flavor).has_value()) << each["name"];
    }
}

TEST_F(FlavorSchemaTest, RefusesTextThatIsNoModerateDocument) {
    const std::string deep = std::string(100, '[') + std::string(100, ']');
    const std::string long_value = R"({"vcpus": 1, "memory_mb": 1, "extra_specs": {"hw:mem_page_size": ")" +
                                   std::string(100'000, '1') + R"("}})";
    for (const std::string& text : {std::string("{"), std::string(), deep, long_value, std::string("\xff")}) {
        const auto problems = schema().check(text);
        ASSERT_FALSE(problems) << text.substr(0, 40);
        EXPECT_EQ(problems.error().code(), ErrorCode::InvalidArgument);
    }
}

TEST(FlavorSchemaLoading, RefusesWhatIsNoSchema) {
    for (const char* text : {"", "[]", "{", R"({"type": 5})"}) {
        const auto schema = FlavorSchema::load(text);
        ASSERT_FALSE(schema) << text;
        EXPECT_THAT(schema.error().message(), HasSubstr("load flavor schema"));
    }
}

} // namespace
} // namespace nova_rt
