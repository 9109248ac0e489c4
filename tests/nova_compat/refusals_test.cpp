// Every refusal of the recorded questions says who caused it and how to get past it.

#include "services/case_document.hpp"
#include "services/translation_service.hpp"
#include "support/file_text.hpp"
#include "support/repair_command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using nlohmann::json;

struct RefusedQuestion {
    std::string name;
    TranslationInput input;
    Refusal refusal;
};

Translation answer_to(const TranslationInput& input) {
    static const auto service = TranslationService::create({});
    auto answer = service->translate(input);
    EXPECT_TRUE(answer);
    return answer.value_or(Translation{});
}

std::vector<RefusedQuestion> refused_questions() {
    std::vector<RefusedQuestion> refused;
    for (const json& each : json::parse(test::source_file_text("tests/nova_compat/cases.json"))) {
        const auto input = read_case(each);
        EXPECT_TRUE(input) << each["name"];
        if (!input) {
            continue;
        }
        if (const auto answer = answer_to(*input); answer.error) {
            refused.push_back({.name = each["name"], .input = *input, .refusal = *answer.error});
        }
    }
    EXPECT_GT(refused.size(), 80U);
    return refused;
}

/// Where no property helps: a host has no room. Whether a thread policy, a number of NUMA cells or a page
/// size asks too much is known from the key, and then there is a repair.
bool may_lack_a_repair(const Refusal& refusal) {
    return refusal.type == "NoFit" && (refusal.key == "hw:cpu_policy" || refusal.key == "resources:PCPU" ||
                                       refusal.key == "ram" || refusal.provenance != Provenance::Flavor);
}

TEST(Refusals, NameStageExceptionKeyAndOrigin) {
    for (const auto& [name, input, refusal] : refused_questions()) {
        EXPECT_FALSE(refusal.stage.empty() || refusal.type.empty() || refusal.message.empty()) << name;
        EXPECT_FALSE(refusal.key.empty()) << name << ": " << refusal.message;
        if (refusal.provenance == Provenance::Flavor && refusal.key != "ram") {
            EXPECT_TRUE(input.flavor.extra_specs.contains(refusal.key)) << name << ": " << refusal.key;
        }
        if (refusal.provenance == Provenance::Image) {
            EXPECT_TRUE(input.image.properties.contains(refusal.key)) << name << ": " << refusal.key;
        }
        EXPECT_EQ(refusal.key.starts_with('['), refusal.provenance == Provenance::Config)
            << name << ": " << refusal.key;
    }
}

TEST(Refusals, HaveARepairUnlessNothingHelps) {
    for (const auto& [name, input, refusal] : refused_questions()) {
        EXPECT_TRUE(!refusal.repair.empty() || may_lack_a_repair(refusal))
            << name << ": " << refusal.type << " " << refusal.key << ": " << refusal.message;
    }
}

TEST(Refusals, CarriedOutRepairsChangeTheAnswer) {
    std::size_t carried_out = 0;
    std::size_t accepted = 0;
    for (const auto& [name, input, refusal] : refused_questions()) {
        if (!refusal.repair.starts_with("openstack ")) {
            continue;
        }
        TranslationInput repaired = input;
        ASSERT_TRUE(test::apply_repair(refusal.repair, repaired)) << name << ": " << refusal.repair;
        const Translation answer = answer_to(repaired);
        EXPECT_FALSE(answer.error && answer.error->type == refusal.type &&
                     answer.error->message == refusal.message)
            << name << ": " << refusal.message << " after " << refusal.repair;
        ++carried_out;
        accepted += answer.error ? std::size_t{0} : std::size_t{1};
    }
    EXPECT_GT(carried_out, 50U);
    EXPECT_GT(accepted, carried_out / 2) << "a repair should be the way out, most of the time";
}

} // namespace
} // namespace nova_rt
