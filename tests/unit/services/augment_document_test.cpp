#include "services/augment_document.hpp"

#include "support/fake_host_reader.hpp"

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
    const auto answer = augment_document(document.dump(), nullptr);
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

/// Every port is a problem.
std::vector<std::string> paths(const std::vector<NetworkPort>& ports) {
    std::vector<std::string> found;
    for (const auto& port : ports) {
        found.push_back(port.port_id + " " + port.socket_path);
    }
    return found;
}

constexpr const char* kHost = R"({"cells": [{"id": 0, "memory_mb": 1, "siblings": [[0], [1], [2], [3]]}],
    "l3_caches": [{"id": 5, "cpus": "0-3", "size_kb": 10240}], "resctrl": {"l3": {"cbm_mask": "3ff"}}})";

TEST(AugmentDocument, TakesTheCachesOfTheHostItIsTold) {
    const json flavor = {{"extra_specs", {{"rt:l3_cache_kib", "1024"}}}};
    const auto answer = answer_to({{"xml", kNovaXml}, {"flavor", flavor}, {"host", json::parse(kHost)}});
    ASSERT_TRUE(answer.at("ok"));
    EXPECT_THAT(answer.at("xml").get<std::string>(),
                HasSubstr(R"(<cache id="5" level="3" type="both" size="1048576" unit="B"/>)"));
}

TEST(AugmentDocument, TakesTheCachesOfThisMachineOtherwise) {
    test::FakeHostReader machine;
    machine.set("sys/devices/system/cpu/online", "0-3\n");
    const std::string cache = "sys/devices/system/cpu/cpu0/cache/index3/";
    machine.set(cache + "level", "3\n");
    machine.set(cache + "type", "Unified\n");
    machine.set(cache + "id", "7\n");
    machine.set(cache + "size", "10240K\n");
    machine.set(cache + "shared_cpu_list", "0-3\n");
    machine.set("sys/fs/resctrl/info/L3/cbm_mask", "3ff\n");
    const json document = {{"xml", kNovaXml}, {"flavor", {{"extra_specs", {{"rt:l3_cache_kib", "1024"}}}}}};
    const LocalMachine local{.reader = machine, .port_problems = paths};
    const auto answer = augment_document(document.dump(), &local);
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_THAT(json::parse(*answer).at("xml").get<std::string>(), HasSubstr(R"(<cache id="7")"));
}

TEST(AugmentDocument, ARequiredShareOfAnUnknownHostIsRefusedWithARepair) {
    const json flavor = {{"name", "rt.small"},
                         {"extra_specs", {{"rt:l3_cache_kib", "1024"}, {"rt:isolation", "required"}}}};
    const auto answer = answer_to({{"xml", kNovaXml}, {"flavor", flavor}});
    ASSERT_FALSE(answer.at("ok"));
    EXPECT_EQ(answer.at("error").at("key"), "rt:l3_cache_kib");
    EXPECT_THAT(answer.at("error").at("repair").get<std::string>(), HasSubstr("rt.small"));
}

TEST(AugmentDocument, NamesTheSocketsThatAreMissingOnThisMachine) {
    test::FakeHostReader machine;
    machine.set("sys/devices/system/cpu/online", "0-3\n");
    const std::string port =
        "<devices><interface type='vhostuser'><mac address='fa:16:3e:00:00:01'/><source "
        "type='unix' mode='client' path='/run/ovs/vhu1'/></interface></devices></domain>";
    std::string xml = kNovaXml;
    xml.replace(xml.find("</domain>"), std::string::npos, port);
    const json document = {{"xml", xml}, {"flavor", {{"extra_specs", {{"rt:memory_access", "shared"}}}}}};
    const LocalMachine local{.reader = machine, .port_problems = paths};
    const auto here = augment_document(document.dump(), &local);
    ASSERT_TRUE(here) << here.error().message();
    const auto reasons = json::parse(*here).at("reasons");
    ASSERT_EQ(reasons.size(), 2U);
    EXPECT_EQ(reasons[1].at("severity"), "warning");
    EXPECT_THAT(reasons[1].at("text").get<std::string>(), HasSubstr("fa:16:3e:00:00:01 /run/ovs/vhu1"));
    EXPECT_EQ(answer_to(document).at("reasons").size(), 1U) << "elsewhere nobody knows";
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
        const auto answer = augment_document(text, nullptr);
        EXPECT_TRUE(!answer || !json::parse(*answer).at("ok")) << text;
    }
    EXPECT_FALSE(augment_document("{}", nullptr));
}

} // namespace
} // namespace nova_rt
