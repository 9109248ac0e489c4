#include "services/instance_document.hpp"

#include "services/translation_service.hpp"
#include "support/file_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kFull = R"({"uuid": "11111111-2222-4333-8444-000000000001", "name": "instance-0000000a",
    "disks": [{"path": "/var/lib/nova/instances/a/disk"},
              {"path": "/dev/vg/data", "source": "block", "format": "raw", "cache": "directsync", "target": "sda", "bus": "scsi"}],
    "console_log": "/var/lib/nova/instances/a/console.log",
    "firmware": {"loader": "/usr/share/OVMF/OVMF_CODE.fd", "nvram_template": "/usr/share/OVMF/OVMF_VARS.fd"},
    "creation_time": "2026-01-31 12:00:00", "nova_version": "26.2.2-1~deb12u5"})";

TEST(InstanceDocument, ReadsWhatOnlyTheHostKnows) {
    TranslationInput input;
    const auto read = read_instance(json::parse(kFull), input);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(input.instance.domain_name, "instance-0000000a");
    ASSERT_EQ(input.parts.disks.size(), 2U);
    EXPECT_EQ(input.parts.disks[0].target, "vda");
    EXPECT_EQ(input.parts.disks[0].format, "qcow2");
    EXPECT_EQ(input.parts.disks[1].source, DiskSource::Block);
    EXPECT_EQ(input.parts.disks[1].bus, "scsi");
    EXPECT_EQ(input.parts.console_log_path, "/var/lib/nova/instances/a/console.log");
    EXPECT_EQ(input.parts.firmware->nvram_template, "/usr/share/OVMF/OVMF_VARS.fd");
    EXPECT_EQ(input.parts.creation_time, "2026-01-31 12:00:00");
    EXPECT_EQ(input.parts.nova_version, "26.2.2-1~deb12u5");
}

TEST(InstanceDocument, ReachesTheXml) {
    const auto service = TranslationService::create(
        {.domain_template = test::source_file_text("xml-templates/realtime-guest.xml")});
    json question = json::parse(R"({"flavor": {"vcpus": 1, "memory_mb": 64},
        "host": {"cells": [{"id": 0, "memory_mb": 1024, "siblings": [[0], [1]]}]}})");
    question["instance"] = json::parse(kFull);
    const auto answer = service->translate_document(question.dump());
    ASSERT_TRUE(answer) << answer.error().message();
    const auto xml = json::parse(*answer).at("xml").get<std::string>();
    EXPECT_THAT(xml, HasSubstr("<source file=\"/var/lib/nova/instances/a/disk\"/>"));
    EXPECT_THAT(xml, HasSubstr("<source dev=\"/dev/vg/data\"/>"));
    EXPECT_THAT(xml, HasSubstr("<log file=\"/var/lib/nova/instances/a/console.log\" append=\"off\"/>"));
    EXPECT_THAT(xml, HasSubstr("secure=\"no\">/usr/share/OVMF/OVMF_CODE.fd</loader>"));
    EXPECT_THAT(xml, HasSubstr("<nova:creationTime>2026-01-31 12:00:00</nova:creationTime>"));
    EXPECT_THAT(xml, HasSubstr("<nova:package version=\"26.2.2-1~deb12u5\"/>"));
}

TEST(InstanceDocument, RefusesWhatCannotBe) {
    for (const auto& [text, expected] : {
             std::pair(R"({"disks": {}})", "disks is not a list"),
             std::pair(R"({"disks": [{}]})", "disk 0 has no path"),
             std::pair(R"({"disks": [{"path": "relative"}]})", "\"relative\", not an absolute path"),
             std::pair(R"({"disks": [{"path": "/a", "source": "nbd"}]})", "none of file,block"),
             std::pair(R"({"disks": [{"path": "/a", "format": "vmdk"}]})", "none of qcow2,raw"),
             std::pair(R"({"disks": [{"path": "/a", "target": "../x"}]})", "not a device name"),
             std::pair(R"({"disks": [{"path": "/a"}, {"path": "/b", "target": "vda"}]})", "two disks have"),
             std::pair(R"({"console_log": "console"})", "console_log"),
             std::pair(R"({"firmware": {"loader": "/x"}})", "lacks loader or nvram_template"),
             std::pair(R"({"creation_time": "yesterday"})", "not like 2026-01-31 12:00:00"),
             std::pair(R"({"nova_version": ""})", "nova_version"),
         }) {
        TranslationInput input;
        const auto read = read_instance(json::parse(text), input);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(read.error().message(), HasSubstr(expected)) << text;
    }
    TranslationInput input;
    json many;
    many["disks"] = json::array();
    for (int i = 0; i < 65; ++i) {
        many["disks"].push_back({{"path", "/a"}});
    }
    EXPECT_FALSE(read_instance(many, input));
}

} // namespace
} // namespace nova_rt
