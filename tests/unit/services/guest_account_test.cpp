#include "services/guest_account.hpp"

#include "services/case_document.hpp"
#include "services/translation_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Four cores of two threads, CPU n beside n + 4; pCPUs 0 and 4 are shared.
TranslationInput question(const json& extra_specs, const json& image = json::object(), unsigned vcpus = 4) {
    json document = json::parse(R"({
        "flavor": {"name": "rt", "memory_mb": 2048},
        "host": {"cells": [{"id": 0, "memory_mb": 8192, "siblings": [[0, 4], [1, 5], [2, 6], [3, 7]]}]},
        "conf": {"compute.cpu_dedicated_set": "1-3,5-7", "compute.cpu_shared_set": "0,4"}})");
    document["flavor"]["vcpus"] = vcpus;
    document["flavor"]["extra_specs"] = extra_specs;
    document["image"]["properties"] = image;
    auto input = read_case(document);
    EXPECT_TRUE(input) << (input ? "" : input.error().message());
    return input.value_or(TranslationInput{});
}

GuestAccount account(const TranslationInput& input) {
    const auto service = TranslationService::create({});
    const auto answer = service->translate(input);
    EXPECT_TRUE(answer && answer->ok()) << (answer->error ? answer->error->message : "");
    return account_of(input, *answer);
}

std::map<std::string, std::string> decisions(const GuestAccount& account) {
    std::map<std::string, std::string> lines;
    for (const Decision& decision : account.decisions) {
        lines[decision.subject] = decision.choice + ": " + decision.because;
    }
    return lines;
}

const json kRealtime = {{"hw:cpu_policy", "dedicated"},
                        {"hw:cpu_realtime", "yes"},
                        {"hw:cpu_realtime_mask", "^0"},
                        {"hw:emulator_threads_policy", "isolate"}};

TEST(GuestAccount, NamesWhoDecidedEachChoice) {
    const auto lines = decisions(
        account(question(kRealtime, {{"hw_cpu_realtime_mask", "^0-1"}, {"hw_cpu_thread_policy", "prefer"}})));
    EXPECT_EQ(lines.at("CPU policy"), "dedicated: hw:cpu_policy=dedicated from the flavor");
    EXPECT_EQ(lines.at("realtime vCPUs"),
              "2-3: hw:cpu_realtime=yes from the flavor, hw_cpu_realtime_mask=^0-1 from the image");
    EXPECT_EQ(lines.at("thread policy"), "prefer: hw_cpu_thread_policy=prefer from the image");
    EXPECT_EQ(lines.at("emulator threads"), "isolate: hw:emulator_threads_policy=isolate from the flavor");
    EXPECT_EQ(lines.at("FIFO priority"), "1: [libvirt]realtime_scheduler_priority, Nova's default");
    EXPECT_EQ(lines.at("guest NUMA cells"), "1: no hw:numa_nodes: pinning and page sizes make one");
    EXPECT_EQ(lines.at("pages"), "any memory: no hw:mem_page_size");
}

TEST(GuestAccount, NamesTheStandInForAPolicy) {
    const auto pcpu = decisions(account(question({{"resources:PCPU", "4"}})));
    EXPECT_EQ(pcpu.at("CPU policy"), "dedicated: resources:PCPU=4 from the flavor");
    const auto trait = decisions(
        account(question({{"hw:cpu_policy", "dedicated"}, {"trait:HW_CPU_HYPERTHREADING", "required"}})));
    EXPECT_EQ(trait.at("thread policy"), "require: trait:HW_CPU_HYPERTHREADING=required from the flavor");
}

TEST(GuestAccount, SaysForEachVcpuWhereItIsAndWhoIsBesideIt) {
    const GuestAccount seen = account(question(kRealtime));
    ASSERT_EQ(seen.vcpus.size(), 4U);
    // prefer fills cores: 0 on 1, 1 on its sibling 5, 2 on 2, 3 on 6; the emulator's pCPU follows
    EXPECT_FALSE(seen.vcpus[0].realtime);
    EXPECT_EQ(seen.vcpus[0].scheduler, "other");
    EXPECT_EQ(seen.vcpus[1].pcpu, PcpuId{5});
    EXPECT_EQ(seen.vcpus[1].scheduler, "fifo 1");
    ASSERT_EQ(seen.vcpus[1].siblings.size(), 1U);
    EXPECT_EQ(seen.vcpus[1].siblings[0].pcpu, PcpuId{1});
    EXPECT_EQ(seen.vcpus[1].siblings[0].occupant, "vCPU 0");
    EXPECT_EQ(seen.vcpus[3].siblings[0].occupant, "vCPU 2, realtime");
    EXPECT_EQ(seen.vcpus[1].because, "hw:cpu_realtime_mask=^0 from the flavor");
    EXPECT_EQ(seen.emulator_pcpus, CpuSet{3});
    EXPECT_EQ(seen.cost.total(), 5U);
    EXPECT_EQ(seen.cost.for_emulator, 1U);
}

TEST(GuestAccount, CountsTheSiblingsThatIsolateLeavesIdle) {
    auto input = question({{"hw:cpu_policy", "dedicated"}, {"hw:cpu_thread_policy", "isolate"}}, {}, 3);
    input.options = {};
    const GuestAccount seen = account(input);
    EXPECT_EQ(seen.cost.for_vcpus, 3U);
    EXPECT_EQ(seen.cost.idle_siblings, 3U);
    EXPECT_EQ(seen.cost.total(), 6U);
    EXPECT_EQ(seen.vcpus[0].siblings[0].occupant, "idle, taken by isolate");
}

TEST(GuestAccount, TellsFloatingVcpusFromPinnedOnes) {
    const GuestAccount seen =
        account(question({{"hw:cpu_policy", "mixed"}, {"hw:cpu_dedicated_mask", "2-3"}}));
    EXPECT_FALSE(seen.vcpus[0].pcpu);
    EXPECT_EQ(seen.vcpus[0].float_pcpus, (CpuSet{0, 4}));
    EXPECT_EQ(seen.vcpus[2].because, "hw:cpu_dedicated_mask=2-3 from the flavor");
    EXPECT_EQ(decisions(seen).at("pinned vCPUs"), "2-3: hw:cpu_dedicated_mask=2-3 from the flavor");
    EXPECT_EQ(seen.cost.total(), 2U);
}

TEST(GuestAccount, NamesASizeInItsLargestWholeUnit) {
    EXPECT_EQ(in_words(KiB{4}), "4 KiB");
    EXPECT_EQ(in_words(KiB{2048}), "2 MiB");
    EXPECT_EQ(in_words(KiB{1048576}), "1 GiB");
    EXPECT_EQ(in_words(KiB{1025}), "1025 KiB");
    EXPECT_EQ(in_words(KiB{0}), "0 KiB");
}

TEST(GuestAccount, IsEmptyForARefusal) {
    const TranslationInput input = question({{"hw:cpu_realtime", "yes"}});
    const auto answer = TranslationService::create({})->translate(input);
    ASSERT_TRUE(answer && answer->error);
    const GuestAccount seen = account_of(input, *answer);
    EXPECT_TRUE(seen.vcpus.empty() && seen.decisions.empty());
}

TEST(GuestAccount, AsJsonHasTheSameFacts) {
    const json document = to_json(account(question(kRealtime)));
    EXPECT_EQ(document["cost"]["pcpus"], 5);
    EXPECT_EQ(document["vcpus"][1]["siblings"][0]["occupant"], "vCPU 0");
    EXPECT_EQ(document["vcpus"][1]["pcpu"], 5);
    EXPECT_EQ(document["emulator_pcpus"], json::array({3}));
    EXPECT_THAT(document["decisions"][0]["because"].get<std::string>(), HasSubstr("from the flavor"));
}

} // namespace
} // namespace nova_rt
