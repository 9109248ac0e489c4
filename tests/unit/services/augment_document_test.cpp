#include "services/augment_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// What Nova writes for one pinned realtime vCPU, as far as augmenting reads it.
constexpr const char* kNovaXml = R"(<domain type='kvm'><name>instance-00000001</name>
<uuid>00000000-0000-4000-8000-000000000001</uuid><memory>131072</memory><vcpu>2</vcpu>
<cputune><emulatorpin cpuset='0'/><vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='1' cpuset='3'/>
<vcpusched vcpus='1' scheduler='fifo' priority='1'/></cputune>
<os><type>hvm</type></os></domain>)";

json answer_to(const json& document) {
    const auto answer = augment_document(document.dump());
    EXPECT_TRUE(answer) << answer.error().message();
    return answer ? json::parse(*answer) : json();
}

TEST(AugmentDocument, AddsWhatTheFlavorAsksForAndKeepsNovasPins) {
    const auto answer =
        answer_to({{"xml", kNovaXml}, {"flavor", {{"extra_specs", {{"rt:vcpu_priority", "7"}}}}}});
    ASSERT_TRUE(answer.at("ok"));
    EXPECT_THAT(answer.at("xml").get<std::string>(), HasSubstr("priority=\"7\""));
    EXPECT_THAT(answer.at("xml").get<std::string>(), HasSubstr("vcpu=\"1\" cpuset=\"3\""));
    EXPECT_EQ(answer.at("reasons").size(), 1U);
}

TEST(AugmentDocument, AppliedTwiceIsAppliedOnce) {
    const json flavor = {{"extra_specs", {{"rt:vcpu_priority", "7"}}}};
    const auto once = answer_to({{"xml", kNovaXml}, {"flavor", flavor}});
    const auto twice = answer_to({{"xml", once.at("xml")}, {"flavor", flavor}});
    EXPECT_EQ(once.at("xml"), twice.at("xml"));
}

TEST(AugmentDocument, AnImageHasNoSay) {
    const auto answer =
        answer_to({{"xml", kNovaXml}, {"image", {{"properties", {{"rt:vcpu_priority", "49"}}}}}});
    ASSERT_TRUE(answer.at("ok"));
    EXPECT_EQ(answer.at("xml").get<std::string>().find("49"), std::string::npos);
    EXPECT_TRUE(answer.at("reasons").empty());
}

TEST(AugmentDocument, HostileXmlIsAnAnswerAndNotAFailure) {
    const auto answer = answer_to({{"xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><domain/>"}});
    EXPECT_FALSE(answer.at("ok"));
    EXPECT_THAT(answer.at("error").at("message").get<std::string>(), HasSubstr("DOCTYPE"));
}

TEST(AugmentDocument, AnythingButSuchADocumentIsRefused) {
    for (const char* text : {"", "[]", "{}", R"({"xml": 1.5e3})", R"({"xml": "<domain/>", "flavor": []})"}) {
        const auto answer = augment_document(text);
        EXPECT_TRUE(!answer || !json::parse(*answer).at("ok")) << text;
    }
    EXPECT_FALSE(augment_document("{}"));
}

} // namespace
} // namespace nova_rt
