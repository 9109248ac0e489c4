// Hostile values for every extra spec and its image twin: Nova's own answer, or a stricter one that is
// documented, and never more memory than the document is worth.

#include "base/text.hpp"
#include "flavor/extra_specs.hpp"
#include "services/case_document.hpp"
#include "services/lint_report.hpp"
#include "services/translation_service.hpp"
#include "support/allocation_counter.hpp"
#include "support/file_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

namespace nova_rt {
namespace {

using nlohmann::json;

/// Nova's answers, recorded by bad_input.py.
const json& recorded() {
    static const json kDocument =
        json::parse(test::source_file_text("tests/nova_compat/bad-input-26.2.2.json"));
    return kDocument;
}

const TranslationService& service() {
    static const auto created = TranslationService::create(
        {.domain_template = test::source_file_text("xml-templates/realtime-guest.xml")});
    return *created;
}

/// The row's question with a value in the place of "@".
json question(const json& row, const json& value) {
    json document = row["question"];
    for (json* const properties : {&document["flavor"]["extra_specs"], &document["image"]["properties"]}) {
        for (json& member : *properties) {
            member = member == "@" ? value : member;
        }
    }
    return document;
}

Translation answer_to(const json& document) {
    const auto input = read_case(document);
    EXPECT_TRUE(input) << (input ? "" : input.error().message()) << document;
    const auto answer = service().translate(input.value_or(TranslationInput{}));
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message());
    return answer.value_or(Translation{});
}

std::string outcome(const Translation& answer) {
    return answer.error ? answer.error->stage + "/" + answer.error->type : "ok";
}

/// Where the translator refuses what Nova takes; README.md, differences on purpose.
bool stricter_on_purpose(const std::string& value) {
    const bool ascii =
        std::ranges::all_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return !ascii || value.size() > kMaxPropertyBytes;
}

TEST(BadInput, GetsNovasAnswer) {
    std::set<std::string> keys;
    std::size_t compared = 0;
    std::size_t refused = 0;
    for (const json& row : recorded()["rows"]) {
        keys.insert(row["key"]);
        for (std::size_t i = 0; i < recorded()["values"].size(); ++i) {
            const std::string value = recorded()["values"][i];
            const std::string expected = recorded()["outcomes"][row["answers"][i].get<std::size_t>()];
            const std::string seen = outcome(answer_to(question(row, value)));
            const bool judged = expected != "unknown";
            if (!judged || (stricter_on_purpose(value) && seen != "ok")) {
                continue;
            }
            EXPECT_EQ(seen, expected) << row["key"] << " " << row["image"] << " = " << nova_rt::quoted(value)
                                      << (row["skip"] ? " without validation" : "");
            ++compared;
            refused += expected == "ok" ? std::size_t{0} : std::size_t{1};
        }
    }
    for (const ExtraSpec& spec : nova_extra_specs()) {
        std::string key(spec.key);
        if (const auto hole = key.find("{num}"); hole != std::string::npos) {
            key.replace(hole, std::string("{num}").size(), "0");
        }
        EXPECT_TRUE(keys.contains(key)) << key << ": record anew, see README.md";
    }
    EXPECT_GT(compared, 15'000U);
    EXPECT_GT(refused, 5'000U);
}

TEST(BadInput, IsRefusedByNameKeyAndRule) {
    for (const json& row : recorded()["rows"]) {
        for (const json& value : recorded()["values"]) {
            const Translation answer = answer_to(question(row, value));
            if (!answer.error) {
                continue;
            }
            const std::string where =
                row["key"].get<std::string>() + " = " + nova_rt::quoted(value.get<std::string>());
            EXPECT_FALSE(answer.error->stage.empty() || answer.error->type.empty()) << where;
            EXPECT_FALSE(answer.error->message.empty()) << where;
            EXPECT_FALSE(answer.error->key.empty()) << where << ": " << answer.error->message;
        }
    }
}

/// On a host, with XML: what Nova would drown in must not cost us more than any other value.
TEST(BadInput, CostsNoMemoryByTheSizeOfANumber) {
    constexpr std::size_t kMostBytes = std::size_t{4} << 20;
    constexpr std::size_t kLargest = std::size_t{256} << 10;
    const json host = json::parse(R"({"cells": [{"id": 0, "memory_mb": 65536,
        "siblings": [[0], [1], [2], [3], [4], [5], [6], [7]],
        "mempages": [{"size_kb": 4, "total": 16777216}, {"size_kb": 2048, "total": 8192}]}]})");
    for (const json& row : recorded()["rows"]) {
        for (const json& value : recorded()["values"]) {
            json document = question(row, value);
            document["host"] = host;
            const auto input = read_case(document);
            ASSERT_TRUE(input);
            test::reset_allocations();
            static_cast<void>(service().translate(*input));
            const test::Allocations taken = test::allocations();
            EXPECT_GT(taken.bytes, 0U) << "nothing is counted";
            EXPECT_LT(taken.bytes, kMostBytes)
                << row["key"] << " = " << nova_rt::quoted(value.get<std::string>());
            EXPECT_LT(taken.largest, kLargest)
                << row["key"] << " = " << nova_rt::quoted(value.get<std::string>());
        }
    }
}

TEST(BadInput, OfTheRtNamespaceIsRefusedByKeyOrTakenAsWritten) {
    const std::array<std::string, 11> values = {
        "", "-1", "0x10", "99999999999999999999", "1.5", "\u0663", "true", "REQUIRED", "</x>", "nan", "A,B"};
    for (const ExtraSpec& spec : rt_extra_specs()) {
        for (const std::string& value : values) {
            json document = json::parse(R"({"flavor": {"vcpus": 2, "memory_mb": 64}})");
            document["flavor"]["extra_specs"][std::string(spec.key)] = value;
            const Translation answer = answer_to(document);
            ASSERT_TRUE(answer.error) << spec.key << " = " << nova_rt::quoted(value);
            EXPECT_EQ(answer.error->type, "ValidationError") << spec.key;
            EXPECT_EQ(answer.error->key, spec.key);
        }
    }
}

TEST(BadInput, OfAnyKindNeverStopsTheLint) {
    for (const json& row : recorded()["rows"]) {
        if (row["skip"]) {
            continue;
        }
        for (const json& value : recorded()["values"]) {
            const auto input = read_case(question(row, value));
            ASSERT_TRUE(input);
            test::reset_allocations();
            const auto report = lint_translation(*input);
            EXPECT_TRUE(report) << row["key"];
            EXPECT_LT(test::allocations().largest, std::size_t{256} << 10) << row["key"];
        }
    }
}

TEST(BadInput, InTheDocumentItselfIsAnErrorThatNamesTheMember) {
    const std::array<std::pair<const char*, const char*>, 8> documents = {{
        {R"({"flavor": {"vcpus": -1}})", "vcpus"},
        {R"({"flavor": {"vcpus": 99999999999999999999}})", "vcpus"},
        {R"({"flavor": {"vcpus": "four"}})", "vcpus"},
        {R"({"flavor": {"vcpus": 1.5}})", "vcpus"},
        {R"({"flavor": {"memory_mb": 0}})", "memory_mb"},
        {R"({"flavor": {"extra_specs": {"hw:pmu": {"a": 1}}}})", "hw:pmu"},
        {R"({"flavor": {"extra_specs": {"hw:pmu": null}}})", "hw:pmu"},
        {R"({"flavor": {"extra_specs": ["hw:pmu"]}})", "extra_specs"},
    }};
    for (const auto& [text, member] : documents) {
        const auto input = parse_case_document(text);
        ASSERT_FALSE(input) << text;
        EXPECT_NE(input.error().message().find(member), std::string::npos) << input.error().message();
    }
}

/// Python's json.loads, with which Nova's API reads a request, takes the last of them.
TEST(BadInput, OfOneKeyTwiceIsTheLastOne) {
    const auto input =
        parse_case_document(R"({"flavor": {"extra_specs": {"hw:pmu": "nonsense", "hw:pmu": "no"}}})");
    ASSERT_TRUE(input);
    EXPECT_EQ(input->flavor.extra_specs.at("hw:pmu"), "no");
}

} // namespace
} // namespace nova_rt
