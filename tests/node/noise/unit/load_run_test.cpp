#include "node/noise/meter/load_run.hpp"

#include "support/file_text.hpp"

#include "node/noise/meter/progress.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace nova_rt::noise {
namespace {

namespace fs = std::filesystem;

class LoadRunTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "nova-rt-load-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
    }

    void TearDown() override { fs::remove_all(directory_); }

    fs::path directory_;
};

TEST(StressMetricsTest, ReadsWhatStressNgWrote) {
    const auto stressors =
        parse_stress_metrics(test::source_file_text("tests/node/noise/fixtures/stress-ng-0.15.06.yaml"));
    ASSERT_EQ(stressors.size(), 5U);
    EXPECT_EQ(stressors[0].name, "cpu");
    for (const auto& stressor : stressors) {
        EXPECT_GT(stressor.bogo_ops, 0) << stressor.name;
    }
    EXPECT_DOUBLE_EQ(stressors[0].wall_seconds, 5.00283);
    EXPECT_TRUE(parse_stress_metrics("").empty());
}

TEST_F(LoadRunTest, WaitsForTheEndAndReadsTheMetrics) {
    const std::vector<std::string> command = {
        "bash", "-c",
        "until [ -e enough ]; do sleep 0.01; done; echo said; "
        "printf 'metrics:\\n    - stressor: cpu\\n      bogo-ops: 12\\n' > load.yaml"};
    auto load = LoadRun::start(command, directory_.string());
    ASSERT_TRUE(load) << load.error().message();
    EXPECT_TRUE((*load)->runs());
    std::ofstream(directory_ / "enough") << "";
    const auto result = (*load)->finish();
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_FALSE((*load)->runs());
    EXPECT_EQ(result->exit_status, 0);
    EXPECT_EQ(result->command, command);
    EXPECT_FALSE(result->allowed.empty());
    EXPECT_EQ(result->stressors, (std::vector<Stressor>{{"cpu", 12, 0}}));
    EXPECT_EQ(fs::file_size(directory_ / "load.log"), 5U);
}

TEST_F(LoadRunTest, TellsHowALoadEnded) {
    const auto status_of = [this](const std::string& script) {
        auto load = LoadRun::start({"bash", "-c", script}, directory_.string());
        return load.value()->finish().value().exit_status;
    };
    EXPECT_EQ(status_of("exit 7"), 7);
    EXPECT_EQ(status_of("kill -KILL $$"), 128 + 9);
}

TEST_F(LoadRunTest, RefusesALoadThatCannotStart) {
    EXPECT_FALSE(LoadRun::start({"/nonexistent/load"}, directory_.string()));
    EXPECT_FALSE(LoadRun::start({}, directory_.string()));
}

TEST_F(LoadRunTest, CountsProgressInCompleteLines) {
    std::ofstream(directory_ / "serial") << std::string(100000, 'x') << "\nPROGRESS 1\r\nPROGRESS 2\nPROG";
    EXPECT_EQ(read_progress((directory_ / "serial").string()), 3);
    EXPECT_EQ(read_progress((directory_ / "absent").string()).error().code(), ErrorCode::NotFound);
}

} // namespace
} // namespace nova_rt::noise
