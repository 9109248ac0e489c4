// What changes with the release of Nova, from the document to the XML.
#include "model/nova_release.hpp"

#include "services/translation_service.hpp"
#include "support/file_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

json ask(json question, const char* release) {
    static const auto service = TranslationService::create(
        {.domain_template = test::source_file_text("xml-templates/realtime-guest.xml")});
    question["nova_release"] = release;
    const auto text = service->translate_document(question.dump());
    EXPECT_TRUE(text) << (text ? "" : text.error().message());
    return text ? json::parse(*text) : json::object();
}

std::string xml_of(const json& answer) {
    return answer.value("xml", answer.dump());
}

json question() {
    return json::parse(R"({"flavor": {"name": "rt", "vcpus": 2, "memory_mb": 512, "extra_specs":
        {"hw:cpu_policy": "dedicated", "hw:cpu_realtime": "yes", "hw:cpu_realtime_mask": "^0"}},
        "host": {"cells": [{"id": 0, "memory_mb": 1024, "siblings": [[0], [1], [2], [3]]}]},
        "conf": {"compute.cpu_dedicated_set": "1-3", "compute.cpu_shared_set": "0"}})");
}

TEST(NovaRelease, IsOneOfTwo) {
    EXPECT_EQ(parse_nova_release("26.2").value(), NovaRelease::Zed);
    EXPECT_EQ(parse_nova_release("33").value(), NovaRelease::Gazpacho);
    for (const char* other : {"", "26", "33.0", "34", "zed", "33 ", "\xD9\xA3\xD9\xA3"}) {
        const auto release = parse_nova_release(other);
        ASSERT_FALSE(release) << other;
        EXPECT_EQ(release.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(release.error().message(), HasSubstr("26.2 (the default) and 33 are"));
    }
}

TEST(NovaRelease, WritesTheXmlOfThatRelease) {
    const auto zed = xml_of(ask(question(), "26.2"));
    EXPECT_THAT(zed, AllOf(HasSubstr("version=\"26.2.2\""), Not(HasSubstr("iothread")),
                           Not(HasSubstr("autodeflate"))));
    const auto later = xml_of(ask(question(), "33"));
    EXPECT_THAT(later, HasSubstr("<nova:package version=\"33.0.2\"/>"));
    EXPECT_THAT(later, HasSubstr("<iothreads>1</iothreads>"));
    EXPECT_THAT(later, HasSubstr("<iothreadpin iothread=\"1\" cpuset=\"1\"/>"));
    EXPECT_THAT(later, HasSubstr("autodeflate=\"on\" freePageReporting=\"on\""));
}

TEST(NovaRelease, KnowsTheKeysOfThatRelease) {
    struct Row {
        const char* key;
        const char* value;
        bool zed;
        bool later;
    };

    for (const Row& row :
         {Row{"hw:cpu_max_sockets", "2", false, true}, Row{"hw:max_cpu_sockets", "2", true, false},
          Row{"hw:virtio_packed_ring", "yes", false, true},
          Row{"hw:virtio_packed_ring", "perhaps", false, false},
          Row{"hw:usb_model", "qemu-xhci", false, true}, Row{"hw:sound_model", "theremin", false, false},
          Row{"hw:redirected_usb_ports", "16", false, false}, Row{"os:vram", "64", true, false},
          Row{"hw:mem_encryption_model", "amd-sev-es", false, true},
          Row{"hw:mem_encryption_model", "amd-sev-snp", false, false},
          Row{"hw:cpu_maximum", "2", false, false}}) {
        json asked = question();
        asked["flavor"]["extra_specs"][row.key] = row.value;
        for (const auto& [release, accepted] : {std::pair("26.2", row.zed), std::pair("33", row.later)}) {
            const json answer = ask(asked, release);
            EXPECT_EQ(answer["ok"], accepted)
                << row.key << ' ' << row.value << ' ' << release << answer["error"];
            if (!accepted) {
                EXPECT_EQ(answer["error"]["stage"], "schema") << row.key;
            }
        }
    }
}

TEST(NovaRelease, PackedRingIsAgreedByFlavorAndImage) {
    json asked = question();
    asked["vifs"] = json::parse(R"([{"type": "vhostuser", "path": "/run/vhu"}])");
    asked["image"]["properties"]["hw_virtio_packed_ring"] = "true";
    EXPECT_THAT(xml_of(ask(asked, "33")), HasSubstr("packed=\"on\""));
    EXPECT_THAT(xml_of(ask(asked, "26.2")), Not(HasSubstr("packed=")));
    asked["flavor"]["extra_specs"]["hw:virtio_packed_ring"] = "false";
    const json conflict = ask(asked, "33");
    EXPECT_EQ(conflict["error"]["stage"], "api");
    EXPECT_EQ(conflict["error"]["type"], "FlavorImageConflict");
    EXPECT_THAT(conflict["error"]["message"].get<std::string>(), HasSubstr("hw:virtio_packed_ring"));
}

TEST(NovaRelease, ChoosesTheModelOfMemoryEncryption) {
    json asked = question();
    asked["flavor"]["extra_specs"]["hw:mem_encryption"] = "yes";
    asked["image"]["properties"] = json::parse(R"({"hw_firmware_type": "uefi", "hw_machine_type": "q35"})");
    const auto placement = [&](const char* release) { return ask(asked, release)["placement"].dump(); };
    EXPECT_THAT(placement("26.2"), AllOf(HasSubstr("MEM_ENCRYPTION_CONTEXT"), Not(HasSubstr("AMD_SEV"))));
    EXPECT_THAT(placement("33"), AllOf(HasSubstr("MEM_ENCRYPTION_CONTEXT"), HasSubstr("HW_CPU_X86_AMD_SEV"),
                                       Not(HasSubstr("AMD_SEV_ES"))));
    asked["image"]["properties"]["hw_mem_encryption_model"] = "amd-sev-es";
    EXPECT_THAT(placement("33"), HasSubstr("HW_CPU_X86_AMD_SEV_ES"));
    EXPECT_THAT(placement("26.2"), Not(HasSubstr("AMD_SEV"))) << "it knows no such property";
    asked["flavor"]["extra_specs"]["hw:mem_encryption_model"] = "amd-sev";
    const json conflict = ask(asked, "33");
    EXPECT_EQ(conflict["error"]["stage"], "api");
    EXPECT_EQ(conflict["error"]["type"], "FlavorImageConflict");
    EXPECT_EQ(conflict["error"]["key"], "hw:mem_encryption_model");
    asked["flavor"]["extra_specs"].erase("hw:mem_encryption");
    EXPECT_THAT(ask(asked, "33")["error"].dump(), Not(HasSubstr("FlavorImageConflict")))
        << "the model alone has no effect";
}

TEST(NovaRelease, PinnedGuestsAreHeldToFreeMemoryByBoth) {
    json asked = question();
    asked["placed"] = json::array(
        {{{"flavor",
           {{"vcpus", 1}, {"memory_mb", 768}, {"extra_specs", {{"hw:cpu_policy", "dedicated"}}}}}}});
    for (const char* release : {"26.2", "33"}) {
        EXPECT_EQ(ask(asked, release)["error"]["type"], "NoFit") << release;
    }
    EXPECT_THAT(ask(asked, "33")["error"]["message"].get<std::string>(), HasSubstr("free pages of 4 KiB"));
    EXPECT_THAT(ask(asked, "26.2")["error"]["message"].get<std::string>(),
                HasSubstr("512 MiB are needed, 256 are free"));
}

/// On 26.2 a cell without a vCPU to pin fits nowhere; recorded as mixed/2nodes-uneven.
TEST(NovaRelease, ACellOfAMixedGuestMayPinNothing) {
    json asked = question();
    asked["flavor"] = json::parse(R"({"vcpus": 4, "memory_mb": 512, "extra_specs": {"hw:cpu_policy": "mixed",
        "hw:cpu_dedicated_mask": "2-3", "hw:numa_nodes": "2"}})");
    asked["host"] = json::parse(R"({"cells": [{"id": 0, "memory_mb": 1024, "siblings": [[0], [1], [2], [3]]},
                                              {"id": 1, "memory_mb": 1024, "siblings": [[4], [5], [6], [7]]}]})");
    asked["conf"] =
        json::parse(R"({"compute.cpu_dedicated_set": "2-3,6-7", "compute.cpu_shared_set": "0-1,4-5"})");
    EXPECT_EQ(ask(asked, "26.2")["error"]["type"], "NoFit");
    EXPECT_EQ(ask(asked, "33")["pins"], (json{{"2", 6}, {"3", 7}}));
    asked["flavor"]["extra_specs"]["hw:emulator_threads_policy"] = "isolate";
    EXPECT_EQ(ask(asked, "33")["error"]["type"], "NoFit") << "nothing is reserved where nothing is pinned";
}

TEST(NovaRelease, ConnectsPortsAsThatReleaseDoes) {
    json asked = question();
    asked["vifs"] = json::parse(R"([{"type": "ovs", "create_tap": true, "mtu": 1500}, {"type": "tap"}])");
    const auto later = xml_of(ask(asked, "33"));
    EXPECT_THAT(later, AllOf(HasSubstr("<interface type=\"ethernet\">"), HasSubstr("managed=\"no\""),
                             HasSubstr("<mtu size=\"1500\"/>"), Not(HasSubstr("openvswitch")),
                             Not(HasSubstr("<source bridge"))));
    asked["vifs"] = json::parse(R"([{"type": "ovs"}])");
    EXPECT_THAT(xml_of(ask(asked, "33")), HasSubstr("<virtualport type=\"openvswitch\">"));
    asked["vifs"] = json::parse(R"([{"type": "bridge", "bridge": "br0"}])");
    EXPECT_EQ(ask(asked, "26.2")["ok"], true);
    EXPECT_EQ(ask(asked, "33")["error"]["type"], "NovaException");
    EXPECT_EQ(ask(asked, "33")["error"]["stage"], "xml");
}

TEST(NovaRelease, AnUnknownOneIsNoAnswer) {
    json asked = question();
    asked["nova_release"] = "34";
    const auto service = TranslationService::create({});
    const auto answer = service->translate_document(asked.dump());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(answer.error().message(), HasSubstr("\"34\""));
}

} // namespace
} // namespace nova_rt
