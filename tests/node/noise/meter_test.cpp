// The program itself, on the kernel that runs the tests.
#include "support/background_process.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The CPUs this process may run on.
std::vector<int> allowed_cpus() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    std::vector<int> cpus;
    if (::sched_getaffinity(0, sizeof mask, &mask) == 0) {
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(static_cast<unsigned>(cpu), &mask)) {
                cpus.push_back(cpu);
            }
        }
    }
    return cpus;
}

class MeterTest : public testing::Test {
protected:
    void SetUp() override {
        const auto cpus = allowed_cpus();
        if (cpus.size() < 2) {
            GTEST_SKIP() << "SKIP one-cpu: the meter needs a CPU besides the one it measures";
        }
        cpu_ = std::to_string(cpus.back());
        std::string name = (fs::temp_directory_path() / "nova-rt-noise-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
    }

    void TearDown() override { fs::remove_all(directory_); }

    [[nodiscard]] json measure(const std::string& window, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> command = {
            NOVA_RT_NOISE, "measure",   "--cpus", cpu_,    "--seconds",
            "1",           "--warm-up", "0",      "--out", (directory_ / window).string()};
        command.insert(command.end(), more.begin(), more.end());
        const auto finished = run(command);
        EXPECT_EQ(finished.status, 0) << finished.err;
        std::ifstream file(directory_ / window / "noise.json");
        const auto kept = json::parse(file, nullptr, false);
        EXPECT_EQ(kept, json::parse(finished.out, nullptr, false));
        return kept;
    }

    /// What is said of the task of that name, whether counted or suspected.
    [[nodiscard]] static std::optional<json> find_task(const json& window, const std::string& name) {
        for (const auto& suspect : window["per_cpu"][0]["suspects"]) {
            if (suspect["name"] == name) {
                return suspect;
            }
        }
        return std::nullopt;
    }

    std::string cpu_;
    fs::path directory_;
};

TEST_F(MeterTest, NamesATaskThatWasPlanted) {
    const auto without = measure("without");
    EXPECT_FALSE(find_task(without, "planted-task"));
    const BackgroundProcess planted({"bash", "-c",
                                     "exec \"$0\" plant --cpu \"$1\" --name planted-task > \"$2\"",
                                     NOVA_RT_NOISE, cpu_, (directory_ / "ready").string()});
    while (!fs::exists(directory_ / "ready") || fs::file_size(directory_ / "ready") == 0) {
        ::usleep(1000);
    }
    const auto with = measure("with");
    const auto task = find_task(with, "planted-task");
    ASSERT_TRUE(task) << with["per_cpu"][0]["suspects"];
    EXPECT_EQ(task->at("suspicion"), "pinned");
    const auto arrivals = task->at("arrivals").get<std::uint64_t>();
    EXPECT_GE(arrivals, 20U);
    EXPECT_GE(with["per_cpu"][0]["foreign"].get<std::uint64_t>(), arrivals);
    EXPECT_EQ(with["names"], with["basis"] == "trigger" ? "counted" : "suspected");
}

TEST_F(MeterTest, StaysAwayFromTheMeasuredCpuAndKeepsWhatItRead) {
    const auto window = measure("window");
    EXPECT_FALSE(find_task(window, "nova-rt-noise"));
    EXPECT_GE(window["window_seconds"].get<double>(), 1.0);
    EXPECT_GT(window["per_cpu"][0]["interrupts_total"].get<std::uint64_t>(), 0U);
    for (const char* name : {"raw-opening.json", "raw-closing.json"}) {
        std::ifstream file(directory_ / "window" / name);
        const auto raw = json::parse(file, nullptr, false);
        for (const char* path : {"proc/interrupts", "proc/softirqs", "proc/1/task/1/schedstat"}) {
            EXPECT_TRUE(raw.contains(path)) << name << ": " << path;
        }
    }
}

TEST_F(MeterTest, RunsTheLoadWhereItMayRun) {
    const auto window = measure(
        "loaded", {"--", "bash", "-c",
                   "grep Cpus_allowed_list /proc/self/status; printf 'stressor: cpu\nbogo-ops: 7\n' > "
                   "load.yaml; exec sleep 6"});
    EXPECT_EQ(window["load"]["exit_status"], 0);
    EXPECT_EQ(window["load"]["stressors"]["cpu"]["bogo_ops"], 7.0);
    std::ifstream log(directory_ / "loaded/load.log");
    std::string key;
    std::string allowed;
    log >> key >> allowed;
    EXPECT_EQ(allowed, window["load"]["allowed_cpus"]);
    EXPECT_NE(allowed, window["meter_cpus"]);
}

TEST_F(MeterTest, RefusesAWindowLongerThanItsLoad) {
    const auto finished = run({NOVA_RT_NOISE, "measure", "--cpus", cpu_, "--seconds", "1", "--warm-up", "0",
                               "--out", (directory_ / "short").string(), "--", "true"});
    EXPECT_EQ(finished.status, 3);
    EXPECT_NE(finished.err.find("the load ended before the window did"), std::string::npos) << finished.err;
    EXPECT_FALSE(fs::exists(directory_ / "short/noise.json"));
}

TEST_F(MeterTest, RefusesToMeasureItself) {
    const auto cpus = allowed_cpus();
    const auto all = std::to_string(cpus.front()) + "-" + std::to_string(cpus.back());
    const auto finished =
        run({NOVA_RT_NOISE, "measure", "--cpus", all, "--out", (directory_ / "all").string()});
    EXPECT_EQ(finished.status, 3);
    EXPECT_NE(finished.err.find("it would measure itself"), std::string::npos) << finished.err;
}

TEST_F(MeterTest, CallsAPairWithoutLoadVoid) {
    static_cast<void>(measure("a"));
    static_cast<void>(measure("b"));
    const auto finished = run({NOVA_RT_NOISE, "compare", (directory_ / "a/noise.json").string(),
                               (directory_ / "b/noise.json").string()});
    EXPECT_EQ(finished.status, 1) << finished.err;
    const auto document = json::parse(finished.out, nullptr, false);
    EXPECT_EQ(document["valid"], false);
    EXPECT_NE(document["voids"].dump().find("a window was without load"), std::string::npos);
}

TEST_F(MeterTest, TakesACensusOfKernelThreads) {
    const auto finished = run({NOVA_RT_NOISE, "census"});
    ASSERT_EQ(finished.status, 0) << finished.err;
    auto document = json::parse(finished.out, nullptr, false);
    const auto kthreadd = std::find_if(document["threads"].begin(), document["threads"].end(),
                                       [](const json& thread) { return thread["name"] == "kthreadd"; });
    ASSERT_NE(kthreadd, document["threads"].end());
    std::ofstream(directory_ / "before") << document;
    (*kthreadd)["allowed"] = "4711";
    std::ofstream(directory_ / "after") << document;
    const auto difference = [this](const char* after) {
        return run(
            {NOVA_RT_NOISE, "census-diff", (directory_ / "before").string(), (directory_ / after).string()});
    };
    EXPECT_EQ(difference("before").status, 0);
    EXPECT_EQ(difference("after").status, 1);
    EXPECT_NE(difference("after").out.find("kthreadd"), std::string::npos);
    EXPECT_EQ(difference("absent").status, 3);
}

} // namespace
} // namespace nova_rt::test
