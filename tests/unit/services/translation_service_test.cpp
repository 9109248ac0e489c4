#include "services/translation_service.hpp"

#include "support/file_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class TranslationServiceTest : public testing::Test {
protected:
    static const TranslationService& service() {
        static const auto created = TranslationService::create(
            {.domain_template = test::source_file_text("xml-templates/realtime-guest.xml")});
        EXPECT_TRUE(created) << (created ? "" : created.error().message());
        return *created;
    }

    static json ask(const json& question) {
        const auto text = service().translate_document(question.dump());
        EXPECT_TRUE(text) << (text ? "" : text.error().message());
        return text ? json::parse(*text) : json::object();
    }

    /// A realtime guest of 2 vCPUs on 4 cores, of which 0 is shared.
    static json question() {
        return json::parse(
            R"({"name": "q", "flavor": {"name": "rt", "vcpus": 2, "memory_mb": 512, "extra_specs":
            {"hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes", "hw:cpu_realtime_mask": "^0"}},
            "host": {"cells": [{"id": 0, "memory_mb": 4096, "siblings": [[0], [1], [2], [3]]}]},
            "conf": {"compute.cpu_dedicated_set": "1-3", "compute.cpu_shared_set": "0"}})");
    }
};

TEST_F(TranslationServiceTest, AnswersWithPlanXmlAndReasons) {
    const json answer = ask(question());
    EXPECT_EQ(answer["ok"], true);
    EXPECT_EQ(answer["error"], nullptr);
    EXPECT_EQ(answer["pins"], (json{{"0", 1}, {"1", 2}}));
    EXPECT_EQ(answer["emulator_pins"], json::array({1}));
    EXPECT_EQ(answer["sched"], json::parse(R"([{"vcpus": [1], "scheduler": "fifo", "priority": 1}])"));
    EXPECT_THAT(answer["xml"].get<std::string>(), HasSubstr("<vcpusched"));
    EXPECT_GE(answer["reasons"].size(), 3U);
}

TEST_F(TranslationServiceTest, RefusesWithNovasNameAndAWayOut) {
    json asked = question();
    asked["flavor"]["extra_specs"].erase("hw:cpu_policy");
    const json answer = ask(asked);
    EXPECT_EQ(answer["ok"], false);
    EXPECT_EQ(answer["error"]["stage"], "api");
    EXPECT_EQ(answer["error"]["type"], "RealtimeConfigurationInvalid");
    EXPECT_EQ(answer["error"]["key"], "hw:cpu_realtime");
    EXPECT_EQ(answer["error"]["provenance"], "flavor");
    EXPECT_EQ(answer["error"]["repair"], "openstack flavor set --property hw:cpu_policy=dedicated rt");
    EXPECT_FALSE(answer.contains("pins"));
    EXPECT_FALSE(answer.contains("xml"));
}

TEST_F(TranslationServiceTest, PlacesAroundTheGuestsThatAreThere) {
    json asked = question();
    asked["placed"] =
        json::array({{{"flavor", {{"vcpus", 1}, {"extra_specs", {{"hw:cpu_policy", "dedicated"}}}}}}});
    EXPECT_EQ(ask(asked)["pins"], (json{{"0", 2}, {"1", 3}}));
    asked["placed"].push_back(asked["placed"][0]);
    EXPECT_EQ(ask(asked)["error"]["type"], "NoFit");
    asked["placed"][0]["flavor"]["vcpus"] = 9;
    EXPECT_EQ(ask(asked)["error"]["stage"], "placed");
}

TEST_F(TranslationServiceTest, StopsAtThePlacementRequestWithoutAHost) {
    json asked = question();
    asked.erase("host");
    const json answer = ask(asked);
    EXPECT_EQ(answer["ok"], true);
    EXPECT_EQ(answer["placement"][""]["resources"]["PCPU"], 2);
    EXPECT_FALSE(answer.contains("pins"));
}

TEST_F(TranslationServiceTest, ReportsOptionsOnlyAfterTheFlavor) {
    json asked = question();
    asked["conf"]["compute.cpu_shared_set"] = "a";
    EXPECT_EQ(ask(asked)["error"]["stage"], "hostconf");
    asked["flavor"]["extra_specs"]["hw:pmu"] = "maybe";
    EXPECT_EQ(ask(asked)["error"]["stage"], "schema");
}

TEST_F(TranslationServiceTest, NamesKeyAndRuleForEachBadValue) {
    for (const auto& [key, value] :
         std::map<std::string, std::string>{{"hw:cpu_realtime_mask", "\u0660"},
                                            {"hw:mem_page_size", "huge"},
                                            {"hw:numa_nodes", "99999999999999999999999"},
                                            {"hw:emulator_thread_policy", "isolate"},
                                            {"rt:isolation", "maximum"},
                                            {"hw:cpu_policy", std::string(300, 'x')},
                                            {"hw:numa_cpus.0", "0-4294967296,"}}) {
        json asked = question();
        asked["flavor"]["extra_specs"][key] = value;
        const json answer = ask(asked);
        EXPECT_EQ(answer["ok"], false) << key;
        EXPECT_FALSE(answer["error"]["message"].get<std::string>().empty());
        EXPECT_TRUE(answer["error"]["key"] == key || key == "hw:numa_nodes") << answer["error"];
    }
}

TEST_F(TranslationServiceTest, SaysWhichDevicesNovaAddsWhenItClaims) {
    const auto told = [](const std::string& key, const std::string& value) {
        json asked = question();
        asked["flavor"]["extra_specs"][key] = value;
        const json answer = ask(asked);
        EXPECT_TRUE(answer.contains("xml")) << answer["error"];
        return std::ranges::any_of(answer["reasons"], [&](const json& reason) {
            return reason["subject"] == key && reason["severity"] == "warning";
        });
    };
    EXPECT_TRUE(told("pci_passthrough:alias", "gpu:1"));
    EXPECT_TRUE(told("accel:device_profile", "fpga"));
    EXPECT_TRUE(told("resources:VGPU", "1"));
    EXPECT_TRUE(told("resources1:VGPU", "1"));
    EXPECT_TRUE(told("hw:pmem", "6GB"));
    EXPECT_FALSE(told("resources:VGPU", "0"));
    EXPECT_FALSE(told("resources:CUSTOM_VGPU", "1"));
    EXPECT_FALSE(told("hw:boot_menu", "true"));
}

TEST_F(TranslationServiceTest, TellsWhatTheRealtimeKeysDid) {
    json asked = question();
    asked["flavor"]["extra_specs"]["rt:memory_balloon"] = "none";
    const json answer = ask(asked);
    EXPECT_THAT(answer["xml"].get<std::string>(), HasSubstr(R"(<memballoon model="none"/>)"));
    EXPECT_THAT(answer["reasons"].dump(), HasSubstr("rt:memory_balloon"));
}

TEST_F(TranslationServiceTest, RefusesWhatARequiredGuestCannotHave) {
    json asked = question();
    asked["vifs"] = json::array({{{"mac", "fa:16:3e:00:00:07"}}});
    const json warned = ask(asked);
    EXPECT_EQ(warned["ok"], true) << "Nova accepts it";
    EXPECT_THAT(warned["reasons"].dump(), HasSubstr("fa:16:3e:00:00:07"));
    asked["flavor"]["extra_specs"]["rt:isolation"] = "required";
    const json refused = ask(asked);
    EXPECT_EQ(refused["ok"], false);
    EXPECT_EQ(refused["error"]["stage"], "xml");
    EXPECT_EQ(refused["error"]["key"], "rt:memory_access");
    EXPECT_THAT(refused["error"]["repair"].get<std::string>(), HasSubstr("openstack flavor set"));
    EXPECT_FALSE(refused.contains("xml"));
    asked["flavor"]["extra_specs"]["rt:memory_access"] = "shared";
    EXPECT_EQ(ask(asked)["ok"], true);
}

TEST_F(TranslationServiceTest, IsTheSameEachTime) {
    const std::string text = question().dump();
    EXPECT_EQ(service().translate_document(text), service().translate_document(text));
}

TEST_F(TranslationServiceTest, AnswersABatchOneByOne) {
    const json batch = json::array({question(), json{{"flavor", {{"vcpus", -1}}}}});
    const auto text = service().translate_batch(batch.dump());
    ASSERT_TRUE(text);
    const json answers = json::parse(*text);
    EXPECT_EQ(answers[0]["ok"], true);
    EXPECT_EQ(answers[1]["ok"], false);
    EXPECT_EQ(answers[1]["error"]["stage"], "input");
    EXPECT_FALSE(service().translate_batch("{}"));
}

TEST_F(TranslationServiceTest, MakesNoXmlWithoutATemplateAndRefusesABadOne) {
    const auto without = TranslationService::create({.domain_template = ""});
    ASSERT_TRUE(without);
    EXPECT_FALSE(json::parse(*without->translate_document(question().dump())).contains("xml"));
    EXPECT_FALSE(TranslationService::create({.domain_template = "<domain>"}));
}

} // namespace
} // namespace nova_rt
