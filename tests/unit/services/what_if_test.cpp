#include "services/what_if.hpp"

#include "support/planner_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Two cells of four cores with two threads; core 0 of each cell is shared: six dedicated pCPUs per cell.
TranslationInput host() {
    TranslationInput input;
    input.host = test::make_host({.cells = 2, .cores = 4, .threads = 2, .memory_mib = 4096, .pages_1g = 2});
    input.options.cpu_shared_set = CpuSet{0, 8, 4, 12};
    input.options.cpu_dedicated_set = input.host->online - *input.options.cpu_shared_set;
    return input;
}

Flavor pinned(std::uint64_t vcpus, Properties more = {}) {
    Flavor flavor{.name = "pinned", .id = "1", .vcpus = vcpus, .memory = {256}};
    flavor.extra_specs = std::move(more);
    flavor.extra_specs["hw:cpu_policy"] = "dedicated";
    return flavor;
}

CpuSet pcpus_of(const WhatIfAnswer& answer) {
    CpuSet all;
    for (const auto& group : answer.groups) {
        for (const Translation& guest : group.guests) {
            for (const CellPlacement& cell : guest.plan->cells) {
                for (const auto& [vcpu, pcpu] : cell.pins) {
                    EXPECT_FALSE(all.contains(pcpu.value)) << "pCPU " << pcpu.value << " is given twice";
                    all.add(pcpu.value);
                }
            }
        }
    }
    return all;
}

TEST(WhatIf, PlacesFlavorsOneAfterTheOtherOnOneLedger) {
    const auto answer = what_if(
        {.base = host(), .groups = {{.flavor = pinned(4), .count = 2}, {.flavor = pinned(2), .count = 1}}});
    EXPECT_TRUE(answer.ok());
    ASSERT_EQ(answer.groups.size(), 2U);
    EXPECT_EQ(answer.groups[0].guests.size(), 2U);
    EXPECT_EQ(answer.groups[1].guests.size(), 1U);
    EXPECT_EQ(pcpus_of(answer).size(), 10U);
    CpuSet free;
    for (const auto& cell : answer.left) {
        free |= cell.free_pcpus;
    }
    EXPECT_EQ(free, *host().options.cpu_dedicated_set - pcpus_of(answer));
}

TEST(WhatIf, CountsUntilNovaRefusesAndGivesItsReason) {
    const auto answer = what_if({.base = host(), .groups = {{.flavor = pinned(4), .count = std::nullopt}}});
    EXPECT_TRUE(answer.ok());
    EXPECT_EQ(answer.groups[0].guests.size(), 2U) << "two pCPUs stay free in each cell";
    ASSERT_TRUE(answer.groups[0].refusal);
    EXPECT_EQ(answer.groups[0].refusal->type, "NoFit");
    EXPECT_THAT(answer.groups[0].refusal->message, HasSubstr("4 dedicated pCPUs are needed, 2 are free"));
    EXPECT_FALSE(answer.groups[0].note);
}

TEST(WhatIf, ARefusalEndsItsFlavorAndTakesNothing) {
    const auto answer =
        what_if({.base = host(),
                 .groups = {{.flavor = pinned(8), .count = 1},
                            {.flavor = pinned(2, {{"hw:cpu_polcy", "x"}}), .count = std::nullopt},
                            {.flavor = pinned(6), .count = 2}}});
    EXPECT_FALSE(answer.ok());
    EXPECT_EQ(answer.groups[0].refusal->stage, "fit");
    EXPECT_EQ(answer.groups[1].refusal->stage, "schema");
    EXPECT_FALSE(answer.groups[1].ok()) << "how many: none";
    EXPECT_EQ(answer.groups[2].guests.size(), 2U) << "all twelve pCPUs are still there";
}

TEST(WhatIf, CountsGuestsThatArePlacedOrRunningFirst) {
    TranslationInput base = host();
    base.placed.push_back({.flavor = pinned(6), .image = {}});
    ResidentGuest running;
    running.domain.name = "running";
    running.domain.vcpu_count = 1;
    running.domain.vcpu_pins[VcpuId{0}] = CpuSet{1};
    base.residents.push_back(running);
    const auto answer = what_if({.base = base, .groups = {{.flavor = pinned(1), .count = std::nullopt}}});
    EXPECT_EQ(answer.groups[0].guests.size(), 5U);
    EXPECT_FALSE(pcpus_of(answer).contains(1));
    ASSERT_EQ(answer.reasons.size(), 1U) << "said once, not for every guest";
    EXPECT_EQ(answer.reasons[0].subject, "guest \"running\"");
}

TEST(WhatIf, AGuestOnNoCellIsNotCountedForever) {
    const Flavor plain{.name = "plain", .id = "1", .vcpus = 1, .memory = {64}};
    const auto many = what_if({.base = host(), .groups = {{.flavor = plain, .count = std::nullopt}}});
    EXPECT_EQ(many.groups[0].guests.size(), 1U);
    EXPECT_THAT(many.groups[0].note.value_or(""), HasSubstr("Placement"));
    Flavor floating = plain;
    floating.extra_specs["hw:numa_nodes"] = "1";
    const auto bound = what_if({.base = host(), .groups = {{.flavor = floating, .count = std::nullopt}}});
    EXPECT_EQ(bound.groups[0].guests.size(), kMostWhatIfGuests);
    EXPECT_THAT(bound.groups[0].note.value_or(""), HasSubstr("limits"));
}

TEST(WhatIf, AHostThatNovaRefusesIsOneAnswer) {
    TranslationInput base = host();
    base.options.cpu_shared_set = base.options.cpu_dedicated_set;
    const auto answer = what_if({.base = base, .groups = {{.flavor = pinned(1), .count = 1}}});
    EXPECT_FALSE(answer.ok());
    ASSERT_TRUE(answer.error);
    EXPECT_EQ(answer.error->stage, "hostconf");
    EXPECT_TRUE(answer.groups.empty());
}

TEST(WhatIf, SaysWhatIsLeftOfEachCell) {
    const auto answer = what_if(
        {.base = host(), .groups = {{.flavor = pinned(3, {{"hw:mem_page_size", "1GB"}}), .count = 1}}});
    EXPECT_FALSE(answer.ok()) << "256 MiB are no whole page of 1 GiB";
    Flavor paged = pinned(3, {{"hw:mem_page_size", "1GB"}});
    paged.memory = {1024};
    const json document =
        json::parse(to_document(what_if({.base = host(), .groups = {{.flavor = paged, .count = 1}}})));
    EXPECT_EQ(document.at("ok"), true);
    const json& cell = document.at("left").at(0);
    EXPECT_EQ(cell.at("cell"), 0);
    EXPECT_EQ(cell.at("dedicated_pcpus"), json::parse(R"({"total": 6, "free": [3, 10, 11]})"));
    EXPECT_EQ(cell.at("free_cores"), json::parse("[[3, 11]]"));
    EXPECT_EQ(cell.at("shared"), json::parse(R"({"pcpus": [0, 8], "floating_vcpus": 0})"));
    EXPECT_EQ(cell.at("memory_mb"), json::parse(R"({"total": 4096, "free": 3072})"));
    EXPECT_EQ(cell.at("pages").at(1), json::parse(R"({"size_kb": 1048576, "total": 2, "free": 1})"));
    const json& group = document.at("groups").at(0);
    EXPECT_EQ(group.at("asked"), 1);
    EXPECT_EQ(group.at("placed"), 1);
    EXPECT_EQ(group.at("guests").at(0).at("pins"), json::parse(R"({"0": 1, "1": 9, "2": 2})"));
}

TEST(WhatIf, ReadsCountsWithinBounds) {
    EXPECT_EQ(parse_guest_count("3").value(), 3U);
    EXPECT_EQ(parse_guest_count("1024").value(), 1024U);
    EXPECT_FALSE(parse_guest_count("max").value());
    for (const char* wrong :
         {"", "0", "-1", "1025", "99999999999999999999", "Max", "3 ", "0x3", "\xD9\xA3"}) {
        const auto count = parse_guest_count(wrong);
        ASSERT_FALSE(count) << wrong;
        EXPECT_EQ(count.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(count.error().message(), HasSubstr("1 to 1024"));
    }
}

} // namespace
} // namespace nova_rt
