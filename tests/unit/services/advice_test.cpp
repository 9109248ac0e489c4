#include "services/advice.hpp"

#include "services/translation_service.hpp"
#include "support/planner_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::ElementsAre;

/// A realtime guest with one housekeeping vCPU on four cores, of which the first is shared.
TranslationInput guest(std::uint64_t vcpus, unsigned threads, Properties more = {}) {
    TranslationInput input;
    input.flavor = {.name = "rt", .id = "1", .vcpus = vcpus, .memory = {256}};
    input.flavor.extra_specs = std::move(more);
    input.flavor.extra_specs.emplace("hw:cpu_policy", "dedicated");
    input.flavor.extra_specs.emplace("hw:cpu_realtime", "yes");
    input.flavor.extra_specs.emplace("hw:cpu_realtime_mask", "^0");
    input.host = test::make_host({.cells = 1, .cores = 4, .threads = threads});
    input.options.cpu_shared_set = input.host->cells[0].thread_siblings[0];
    input.options.cpu_dedicated_set = input.host->online - *input.options.cpu_shared_set;
    return input;
}

Translation translated(const TranslationInput& input) {
    const auto answer = TranslationService::create({})->translate(input);
    EXPECT_TRUE(answer && answer->ok());
    return *answer;
}

std::map<unsigned, unsigned> pins_of(const PinningPlan& plan) {
    std::map<unsigned, unsigned> pins;
    for (const auto& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            pins[vcpu.value] = pcpu.value;
        }
    }
    return pins;
}

using Pins = std::map<unsigned, unsigned>;

TEST(Advice, SeparatesHousekeepingAndEmulatorFromRealtimeCores) {
    const auto input = guest(2, 2);
    const auto answer = translated(input);
    ASSERT_EQ(pins_of(*answer.plan), (Pins{{0, 1}, {1, 5}})) << "Nova fills a core";
    const auto advice = advise(input, answer);
    ASSERT_TRUE(advice);
    EXPECT_EQ(advice->faults.emulator, 1U);
    EXPECT_EQ(advice->faults.housekeeping, 1U);
    ASSERT_TRUE(advice->placement);
    EXPECT_EQ(pins_of(*advice->placement), (Pins{{0, 2}, {1, 1}}));
    EXPECT_EQ(advice->placement->emulator_pcpus, CpuSet{2});
    EXPECT_EQ(advice->placement_faults.total(), 0U);
}

TEST(Advice, NamesAFlavorThatNovaPlansBetter) {
    auto input = guest(2, 2);
    const auto advice = advise(input, translated(input));
    ASSERT_TRUE(advice && advice->flavor);
    EXPECT_THAT(advice->flavor->commands,
                ElementsAre("openstack flavor set --property hw:cpu_policy=mixed rt"));
    EXPECT_EQ(advice->flavor->faults.total(), 0U);
    input.flavor.extra_specs["hw:cpu_policy"] = "mixed";
    EXPECT_EQ(pins_of(*translated(input).plan), pins_of(advice->flavor->plan)) << "as Nova plans it";
}

TEST(Advice, MovesTheIsolatedEmulatorOffARealtimeSibling) {
    const auto input = guest(3, 2, {{"hw:emulator_threads_policy", "isolate"}});
    const auto answer = translated(input);
    ASSERT_EQ(answer.plan->emulator_pcpus, CpuSet{6}) << "the sibling of realtime pCPU 2";
    const auto advice = advise(input, answer);
    ASSERT_TRUE(advice && advice->placement);
    EXPECT_EQ(pins_of(*advice->placement), (Pins{{0, 2}, {1, 1}, {2, 5}}));
    EXPECT_EQ(advice->placement->emulator_pcpus, CpuSet{6});
    EXPECT_EQ(advice->placement_faults.total(), 0U);
}

TEST(Advice, OneCellWhereTheGuestIsSpreadWithoutNeed) {
    auto input = guest(4, 1, {{"hw:numa_nodes", "2"}});
    input.host = test::make_host({.cells = 2, .cores = 6, .threads = 1});
    input.options.cpu_shared_set = CpuSet{0, 6};
    input.options.cpu_dedicated_set = input.host->online - *input.options.cpu_shared_set;
    const auto advice = advise(input, translated(input));
    ASSERT_TRUE(advice && advice->flavor);
    EXPECT_EQ(advice->faults.extra_cells, 1U);
    EXPECT_THAT(advice->flavor->commands, ElementsAre("openstack flavor set --property hw:numa_nodes=1 rt"));
    EXPECT_EQ(advice->flavor->plan.cells.size(), 1U);
    EXPECT_FALSE(advice->placement) << "on the same cells nothing is better";
}

TEST(Advice, SeesTheOtherGuestOnTheCore) {
    auto input = guest(2, 2, {{"hw:emulator_threads_policy", "share"}});
    input.flavor.extra_specs.erase("hw:cpu_realtime_mask"); // both vCPUs are realtime
    ResidentGuest running;
    running.domain.name = "running";
    running.domain.vcpu_count = 3;
    running.domain.vcpu_pins = {{VcpuId{0}, {1}}, {VcpuId{1}, {2}}, {VcpuId{2}, {3}}};
    input.residents.push_back(running);
    const auto answer = translated(input);
    const auto advice = advise(input, answer);
    ASSERT_TRUE(advice);
    EXPECT_EQ(advice->faults.foreign, 2U) << "5 and 6 are the siblings of 1 and 2";
    EXPECT_FALSE(advice->placement) << "no core is free";
}

TEST(Advice, IsNothingWhereNothingIsShared) {
    const auto input = guest(2, 1);
    const auto answer = translated(input);
    EXPECT_FALSE(advise(input, answer));
    EXPECT_EQ(json::parse(to_document(answer, std::nullopt)).at("advice"), nullptr);
}

TEST(Advice, IsAMemberOfItsOwnAndNeverInThePins) {
    const auto input = guest(2, 2);
    const auto answer = translated(input);
    const json with = json::parse(to_document(answer, advise(input, answer)));
    json without = with;
    without.erase("advice");
    EXPECT_EQ(without, json::parse(to_document(answer)));
    EXPECT_EQ(with.at("pins"), (json{{"0", 1}, {"1", 5}}));
    EXPECT_EQ(with.at("advice").at("placement").at("pins"), (json{{"0", 2}, {"1", 1}}));
    EXPECT_EQ(with.at("advice").at("faults").at("emulator_beside_realtime"), 1);
    EXPECT_EQ(with.at("advice").at("flavor").at("commands").size(), 1U);
}

} // namespace
} // namespace nova_rt
