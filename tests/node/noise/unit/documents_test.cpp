#include "node/noise/meter/census.hpp"
#include "node/noise/meter/comparison.hpp"
#include "node/noise/meter/json_text.hpp"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>

namespace nova_rt::noise {
namespace {

using nlohmann::json;

/// A window with enough of everything, as the meter writes it.
json window(std::uint64_t foreign, double bogo_ops) {
    CpuNoise noise;
    noise.cpu = 6;
    noise.foreign = foreign;
    noise.foreign_tasks = {{"stress-ng-cpu", foreign}};
    noise.interrupts = {{"LOC", "Local timer interrupts", foreign * 2}};
    noise.ticks = foreign * 2;
    Measurement measurement;
    measurement.seconds = 20;
    measurement.basis = SwitchBasis::Trigger;
    measurement.cpus = {noise};
    measurement.vcpus = {
        VcpuNoise{.tid = 5, .name = "CPU 1/KVM", .cpu = 6, .nonvoluntary_switches = foreign}};
    MeasurementFrame frame;
    frame.label = "w";
    frame.kernel = "6.1";
    frame.cpus = CpuSet{6};
    frame.load = LoadResult{.command = {"load"},
                            .allowed = CpuSet::range(0, 7),
                            .exit_status = 0,
                            .stressors = {{"cpu", bogo_ops, 20}, {"switch", bogo_ops * 100, 20}}};
    frame.progress = Progress{.opening = 10, .closing = 500};
    return to_json(measurement, frame);
}

TEST(ComparisonTest, GivesBeforeAfterAndRatio) {
    const auto result = compare(window(200, 1000), window(2, 1100)).value();
    EXPECT_EQ(result["voids"], json::array());
    EXPECT_TRUE(result["valid"]);
    const auto& cpu = result["per_cpu"][0];
    EXPECT_EQ(cpu["foreign"], (json{{"before", 200.0}, {"after", 2.0}, {"ratio", 0.01}}));
    EXPECT_EQ(cpu["foreign_tasks"]["stress-ng-cpu"]["ratio"], 0.01);
    EXPECT_EQ(cpu["interrupts"]["LOC"]["after"], 4.0);
    EXPECT_EQ(result["vcpus"][0]["nonvoluntary_switches"]["ratio"], 0.01);
    EXPECT_NEAR(result["load"]["mean_ratio"].get<double>(), 1.1, 1e-9);
    EXPECT_EQ(result["guest_progress"]["ratio"], 1.0);
}

TEST(ComparisonTest, HasNoRatioToNothing) {
    const auto result = compare(window(200, 1000), window(200, 1000)).value();
    EXPECT_TRUE(result["vcpus"][0]["run_delay_ns"]["ratio"].is_null());
}

TEST(ComparisonTest, IsVoidWhenARuleIsBroken) {
    struct Case {
        const char* reason;
        std::function<void(json&, json&)> breakage;
    };

    const Case cases[] = {
        {"other CPUs", [](json&, json& after) { after["cpus"] = "5"; }},
        {"two ways", [](json&, json& after) { after["basis"] = "schedstat"; }},
        {"guessed", [](json& before, json& after) { before["basis"] = after["basis"] = "guess"; }},
        {"length", [](json&, json& after) { after["window_seconds"] = 23; }},
        {"dropped", [](json& before, json&) { before["dropped_switches"] = 1; }},
        {"without load", [](json& before, json&) { before["load"] = nullptr; }},
        {"loads differ", [](json&, json& after) { after["load"]["command"] = {"other"}; }},
        {"load failed", [](json&, json& after) { after["load"]["exit_status"] = 2; }},
        {"kept off", [](json& before, json&) { before["load"]["allowed_cpus"] = "0-5"; }},
        {"times as much",
         [](json&, json& after) {
             for (auto& stressor : after["load"]["stressors"]) {
                 stressor["bogo_ops"] = stressor["bogo_ops"].get<double>() * 0.69;
             }
         }},
        {"times as much", [](json&, json& after) { after["load"]["stressors"]["cpu"]["bogo_ops"] = 0; }},
        {"times as much", [](json&, json& after) { after["load"]["stressors"].erase("cpu"); }},
        {"times as much",
         [](json& before, json& after) {
             before["load"]["stressors"] = after["load"]["stressors"] = json::object();
         }},
        {"fewer than 50", [](json& before, json&) { before["per_cpu"][0]["foreign"] = 49; }},
        {"no progress", [](json&, json& after) { after["guest_progress"]["count"] = 0; }},
        {"was not counted", [](json&, json& after) { after["guest_progress"] = nullptr; }},
    };
    for (const auto& [reason, breakage] : cases) {
        auto before = window(200, 1000);
        auto after = window(2, 1000);
        breakage(before, after);
        const auto result = compare(before, after);
        ASSERT_TRUE(result) << reason << ": " << result.error().message();
        EXPECT_FALSE(result->at("valid")) << reason;
        ASSERT_EQ(result->at("voids").size(), 1U) << reason << result->at("voids");
        EXPECT_NE(result->at("voids")[0].get<std::string>().find(reason), std::string::npos)
            << reason << ": " << result->at("voids")[0];
    }
}

TEST(ComparisonTest, RefusesWhatIsNoMeasurement) {
    for (const json& document : {json{{"format", "other"}}, json{{"format", 1}}, json::object(),
                                 json{{"format", kMeasurementFormat}}}) {
        const auto result = compare(window(200, 1), document);
        ASSERT_FALSE(result) << document;
        EXPECT_EQ(result.error().code(), ErrorCode::Corrupt);
    }
}

TEST(MeasurementDocumentTest, SurvivesNamesThatAreNotUtf8) {
    auto document = window(200, 1);
    document["per_cpu"][0]["foreign_tasks"][0]["name"] = "\xff\xfe";
    EXPECT_NE(json::parse(to_text(document), nullptr, false), json::value_t::discarded);
}

ThreadSample kernel_thread(int tid, const std::string& name, const CpuSet& allowed) {
    ThreadSample thread;
    thread.tid = tid;
    thread.start_time = 7;
    thread.name = name;
    thread.kernel = true;
    thread.allowed = allowed;
    return thread;
}

TEST(CensusTest, IsTheSameWhileMasksAre) {
    const CpuSet all = CpuSet::range(0, 7);
    auto user = kernel_thread(9, "bash", CpuSet{1});
    user.kernel = false;
    const auto before = census({kernel_thread(2, "kthreadd", all), kernel_thread(3, "kworker/u16:1-x", all),
                                kernel_thread(4, "kworker/4:1-events", CpuSet{4}), user});
    const auto after =
        census({kernel_thread(2, "kthreadd", all), kernel_thread(5, "kworker/u16:7", all),
                kernel_thread(6, "kworker/4:3H", CpuSet{4}), kernel_thread(8, "new", CpuSet{1})});
    EXPECT_EQ(before["threads"].size(), 3U);
    const auto result = compare_censuses(before, after).value();
    EXPECT_TRUE(result["same"]) << result;
    EXPECT_EQ(result["born"], json::array({"new"}));
    EXPECT_EQ(result["ended"], json::array());
}

TEST(CensusTest, NamesThreadsWhoseMaskChanged) {
    const auto before = census({kernel_thread(2, "kthreadd", CpuSet::range(0, 7)),
                                kernel_thread(3, "kworker/u16:1", CpuSet::range(0, 7))});
    const auto after =
        census({kernel_thread(2, "kthreadd", CpuSet{0, 1}), kernel_thread(4, "kworker/u16:2", CpuSet{0, 1})});
    const auto result = compare_censuses(before, after).value();
    EXPECT_FALSE(result["same"]);
    ASSERT_EQ(result["changed"].size(), 1U);
    EXPECT_EQ(result["changed"][0]["name"], "kthreadd");
    EXPECT_EQ(result["changed"][0]["before"], "0-7");
    ASSERT_EQ(result["strange"].size(), 1U);
    EXPECT_EQ(result["strange"][0]["allowed"], "0-1");
}

TEST(CensusTest, RefusesWhatIsNoCensus) {
    EXPECT_EQ(compare_censuses(json::object(), census({})).error().code(), ErrorCode::Corrupt);
    EXPECT_EQ(compare_censuses(census({}), json{{"format", "x"}}).error().code(), ErrorCode::Corrupt);
}

} // namespace
} // namespace nova_rt::noise
