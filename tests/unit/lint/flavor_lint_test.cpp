// Every rule, by the cases of rules.json: what fires it, and the nearest thing that does not.

#include "flavor/extra_specs.hpp"
#include "services/case_document.hpp"
#include "services/lint_report.hpp"
#include "support/file_text.hpp"
#include "support/repair_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTablePath = "flavor-schemas/LINT.md";

const json& document() {
    static const json kDocument = json::parse(test::source_file_text("tests/unit/lint/rules.json"));
    return kDocument;
}

/// The realtime flavor of which no rule has anything to say, with a case's changes.
TranslationInput question(const json& patch) {
    json merged = document()["base"];
    merged.merge_patch(patch);
    merged.erase("node_grade");
    auto input = read_case(merged);
    EXPECT_TRUE(input) << (input ? "" : input.error().message()) << patch;
    return input.value_or(TranslationInput{});
}

std::optional<Grade> grade_of(const json& patch) {
    const std::string letter = patch.value("node_grade", "");
    return letter.empty() ? std::nullopt
                          : std::optional(letter == "A"   ? Grade::A
                                          : letter == "B" ? Grade::B
                                                          : Grade::C);
}

std::vector<LintFinding> findings(const TranslationInput& input, std::optional<Grade> grade,
                                  const std::string& id) {
    const auto report = lint_translation(input, grade);
    EXPECT_TRUE(report);
    std::vector<LintFinding> of_rule;
    for (const LintFinding& finding : report ? report->findings : std::vector<LintFinding>{}) {
        if (finding.rule->id == id) {
            of_rule.push_back(finding);
        }
    }
    return of_rule;
}

TEST(FlavorLint, IsSilentAboutAGoodFlavor) {
    const auto report = lint_translation(question(json::object()), Grade::A);
    ASSERT_TRUE(report);
    EXPECT_EQ(to_text(report->findings), "0 errors, 0 warnings, 0 remarks\n");
}

TEST(FlavorLint, EachRuleFiresAndStaysSilentWhereItShould) {
    for (const json& each : document()["rules"]) {
        const std::string id = each["id"];
        for (const json& patch : each["fires"]) {
            const auto found = findings(question(patch), grade_of(patch), id);
            ASSERT_FALSE(found.empty()) << id << " does not fire on " << patch;
            EXPECT_EQ(found.front().hit.key, each["key"]) << id;
            EXPECT_FALSE(found.front().hit.what.empty()) << id;
        }
        for (const json& patch : each["silent"]) {
            const auto found = findings(question(patch), grade_of(patch), id);
            EXPECT_THAT(found, IsEmpty()) << id << " fires on " << patch << ": " << to_text(found);
        }
    }
}

/// Our planner does not do it, so no question fires it.
TEST(FlavorLint, NamesAFifoVcpuWithoutADedicatedPcpu) {
    const TranslationInput input = question({{"conf", {{"compute.cpu_dedicated_set", "2-3"}}}});
    const ImageMeta meta;
    const std::optional<RealtimeRequest> request;
    const auto fifo_findings = [&](const CellPlacement& cell) {
        const std::optional<PinningPlan> plan = PinningPlan{.cells = {cell}, .realtime_vcpus = {1}};
        const LintSubject subject{.flavor = input.flavor,
                                  .image = input.image,
                                  .meta = meta,
                                  .options = input.options,
                                  .ports = input.ports,
                                  .host = input.host,
                                  .request = request,
                                  .plan = plan,
                                  .refusals = {},
                                  .node_grade = std::nullopt};
        return find_lint_rule("fifo-vcpu-not-pinned")->check(subject);
    };
    CellPlacement floating;
    floating.shared_vcpus = {1};
    ASSERT_EQ(fifo_findings(floating).size(), 1U);
    EXPECT_THAT(fifo_findings(floating)[0].what, HasSubstr("vCPU 1 floats"));
    CellPlacement shared;
    shared.pins[VcpuId{1}] = PcpuId{5};
    ASSERT_EQ(fifo_findings(shared).size(), 1U);
    EXPECT_THAT(fifo_findings(shared)[0].what, HasSubstr("pCPU 5 outside"));
    CellPlacement pinned;
    pinned.pins[VcpuId{1}] = PcpuId{3};
    EXPECT_THAT(fifo_findings(pinned), IsEmpty());
}

TEST(FlavorLint, HasCasesForEachRule) {
    std::set<std::string> tested = {"fifo-vcpu-not-pinned"};
    for (const json& each : document()["rules"]) {
        EXPECT_TRUE(tested.insert(each["id"]).second) << each["id"];
        EXPECT_FALSE(each["fires"].empty() || each["silent"].empty()) << each["id"];
    }
    std::set<std::string> known;
    for (const LintRule* const rule : lint_rules()) {
        EXPECT_TRUE(known.insert(std::string(rule->id)).second) << rule->id << " is there twice";
        EXPECT_EQ(find_lint_rule(rule->id), rule);
        EXPECT_EQ(std::string(rule->id).find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos);
        EXPECT_FALSE(rule->found.empty() || rule->why.empty()) << rule->id;
    }
    EXPECT_EQ(tested, known);
}

TEST(FlavorLint, ARepairCarriedOutSilencesTheRule) {
    std::size_t carried_out = 0;
    for (const json& each : document()["rules"]) {
        for (const json& patch : each["fires"]) {
            const TranslationInput input = question(patch);
            for (const LintFinding& finding : findings(input, grade_of(patch), each["id"])) {
                const std::string& repair = finding.hit.repair;
                if (repair.empty() || !repair.starts_with("openstack ")) {
                    continue;
                }
                TranslationInput repaired = input;
                ASSERT_TRUE(test::apply_repair(repair, repaired)) << each["id"] << ": " << repair;
                for (const LintFinding& left : findings(repaired, grade_of(patch), each["id"])) {
                    EXPECT_NE(left.hit.key + left.hit.what, finding.hit.key + finding.hit.what)
                        << each["id"] << " after " << repair;
                }
                ++carried_out;
            }
        }
    }
    EXPECT_GT(carried_out, 50U);
}

/// LINT.md holds the table that `nova-rt lint --list` prints. NOVA_RT_REGENERATE_GOLDEN=1 writes it anew.
TEST(FlavorLint, TheDocumentHasTheTableOfRules) {
    const std::string text = test::source_file_text(kTablePath);
    const auto at = text.find("| id | severity |");
    ASSERT_NE(at, std::string::npos);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the test has one thread
    const char* const regenerate = std::getenv("NOVA_RT_REGENERATE_GOLDEN");
    if (regenerate != nullptr && std::string(regenerate) == "1") {
        std::ofstream(std::string(NOVA_RT_SOURCE_DIR) + "/" + kTablePath)
            << text.substr(0, at) << lint_table();
        return;
    }
    EXPECT_EQ(text.substr(at), lint_table());
}

/// A key is reserved until some source file besides the tables names it.
TEST(FlavorLint, CallsThoseKeysReservedThatNoCodeReads) {
    std::string sources;
    const std::filesystem::path agent = std::string(NOVA_RT_SOURCE_DIR) + "/agent";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(agent)) {
        const std::string path = entry.path().lexically_relative(agent).string();
        const bool table = path == "flavor/extra_spec_table.cpp" || path.starts_with("lint/");
        if (!table && (path.ends_with(".cpp") || path.ends_with(".hpp"))) {
            sources += test::source_file_text("agent/" + path);
        }
    }
    for (const ExtraSpec& row : rt_extra_specs()) {
        const std::string key(row.key);
        const json patch = {{"flavor", {{"extra_specs", {{key, "1"}}}}}};
        const bool reserved = !findings(question(patch), std::nullopt, "rt-key-not-acted-on").empty();
        EXPECT_EQ(reserved, sources.find('"' + key + '"') == std::string::npos) << key;
    }
}

TEST(LintReport, LooksBehindAnExtraSpecThatValidationRefuses) {
    const auto input = question(
        {{"flavor", {{"extra_specs", {{"hw:emulator_thread_policy", "share"}, {"hw:pmu", "true"}}}}}});
    EXPECT_FALSE(findings(input, std::nullopt, "documented-misspelling").empty());
    EXPECT_FALSE(findings(input, std::nullopt, "realtime-without-pmu-off").empty());
    EXPECT_TRUE(findings(input, std::nullopt, "refused-by-nova").empty());
}

TEST(LintReport, LeavesOutIgnoredRulesAndPutsTheWorstFirst) {
    const auto input = question(
        {{"flavor",
          {{"extra_specs", {{"hw:pmu", "true"}, {"hw:mem_page_size", "1Gb"}, {"os:monitors", "1"}}}}}});
    const auto report = lint_translation(input, std::nullopt, {"memory-not-whole-pages"});
    ASSERT_TRUE(report);
    std::vector<std::string> ids;
    for (const LintFinding& finding : report->findings) {
        ids.emplace_back(finding.rule->id);
    }
    EXPECT_THAT(ids,
                testing::ElementsAre("page-size-in-bits", "realtime-without-pmu-off", "key-without-effect"));
    const json list = to_json(report->findings);
    EXPECT_EQ(list[0]["severity"], "error");
    EXPECT_EQ(list[0]["key"], "hw:mem_page_size");
    EXPECT_THAT(list[0]["repair"].get<std::string>(), HasSubstr("hw:mem_page_size=1GB"));
    EXPECT_THAT(to_text(report->findings), HasSubstr("1 errors, 1 warnings, 1 remarks"));
}

TEST(LintReport, PrintsHostileTextHarmlessly) {
    auto input = question(json::object());
    input.flavor.extra_specs["hw:cpu_policy\x1b[31m\n"] = "x\x1b";
    const auto report = lint_translation(input);
    ASSERT_TRUE(report);
    EXPECT_EQ(to_text(report->findings).find('\x1b'), std::string::npos);
    EXPECT_THAT(to_text(report->findings), HasSubstr("hw:cpu_policy\\x1b[31m\\x0a"));
}

TEST(LintReport, TakesTheBestGradeOfTheNodesGuests) {
    StatusDocument status;
    EXPECT_EQ(observed_grade(status), std::nullopt);
    status.domains.resize(3);
    status.domains[1].grade = Grade::C;
    status.domains[2].grade = Grade::B;
    EXPECT_EQ(observed_grade(status), Grade::B);
}

} // namespace
} // namespace nova_rt
