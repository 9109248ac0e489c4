#include "node/noise/meter/tracer.hpp"

#include "adapters/linux_host/linux_host_reader.hpp"
#include "support/file_text.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace nova_rt::noise {
namespace {

namespace fs = std::filesystem;

/// Files that keep what is written; a kernel would act on it.
class TracerTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "nova-rt-tracer-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
        put("events/sched/sched_switch/trigger", "traceon:unlimited\n");
        put("available_tracers", "timerlat osnoise nop\n");
        put("current_tracer", "nop\n");
        put("osnoise/cpus", "0-7\n");
    }

    void TearDown() override { fs::remove_all(root_); }

    void put(const std::string& name, const std::string& text) const {
        const auto path = root_ / "sys/kernel/tracing" / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }

    [[nodiscard]] std::string get(const std::string& name) const {
        return reader().read("sys/kernel/tracing/" + name).value_or("");
    }

    [[nodiscard]] LinuxHostReader reader() const {
        return LinuxHostReader(*RootDirectory::open(root_.string()));
    }

    fs::path root_;
};

TEST_F(TracerTest, AppendsItsTriggerAndLeavesOthersAlone) {
    const auto files = reader();
    const Tracer tracer(files, *RootDirectory::open(root_.string()));
    ASSERT_TRUE(tracer.arm(CpuSet{2, 3}, OsnoiseTracer::Off));
    EXPECT_EQ(
        get("events/sched/sched_switch/trigger"),
        "traceon:unlimited\nhist:keys=common_cpu,next_pid,next_comm:size=16384 if CPU >= 2 && CPU <= 3");
    EXPECT_EQ(get("current_tracer"), "nop");
}

TEST_F(TracerTest, StartsOsnoiseOnTheMeasuredCpus) {
    const auto files = reader();
    const Tracer tracer(files, *RootDirectory::open(root_.string()));
    ASSERT_TRUE(tracer.arm(CpuSet{2, 3}, OsnoiseTracer::On));
    EXPECT_EQ(get("current_tracer"), "osnoise");
    EXPECT_EQ(get("osnoise/cpus"), "2-3");
    EXPECT_TRUE(tracer.osnoise_armed());
    ASSERT_TRUE(tracer.disarm(CpuSet{2, 3}));
    EXPECT_EQ(get("current_tracer"), "nop");
}

TEST_F(TracerTest, OnlyClearsATraceThatIsArmed) {
    const auto files = reader();
    const Tracer tracer(files, *RootDirectory::open(root_.string()));
    EXPECT_EQ(tracer.switches(CpuSet{2, 3}).value(), std::nullopt);
    put("trace", "somebody's");
    ASSERT_TRUE(tracer.clear_osnoise());
    EXPECT_EQ(get("trace"), "somebody's");
    put("current_tracer", "osnoise\n");
    ASSERT_TRUE(tracer.clear_osnoise());
    EXPECT_EQ(get("trace"), "");
}

TEST_F(TracerTest, SaysWhatTheKernelLacks) {
    const auto files = reader();
    const Tracer tracer(files, *RootDirectory::open(root_.string()));
    put("available_tracers", "blk function nop\n");
    const auto no_osnoise = tracer.arm(CpuSet{1}, OsnoiseTracer::On);
    ASSERT_FALSE(no_osnoise);
    EXPECT_EQ(no_osnoise.error().code(), ErrorCode::Unsupported);
    fs::remove_all(root_ / "sys");
    const auto no_tracefs = tracer.arm(CpuSet{1}, OsnoiseTracer::Off);
    ASSERT_FALSE(no_tracefs);
    EXPECT_EQ(no_tracefs.error().code(), ErrorCode::Unsupported);
}

TEST(OsnoiseTraceTest, SumsWhatAKernelPrinted) {
    const auto text = test::source_file_text("tests/node/noise/fixtures/osnoise-6.1-rt");
    const auto counts = parse_osnoise_trace(text, CpuSet{3});
    ASSERT_EQ(counts.size(), 1U);
    EXPECT_EQ(counts[0].cpu, 3U);
    EXPECT_GE(counts[0].periods, 2U);
    EXPECT_GT(counts[0].irq, 0U);
    EXPECT_TRUE(parse_osnoise_trace(text, CpuSet{2}).empty());
}

TEST(OsnoiseTraceTest, SkipsLinesThatAreNotItsOwn) {
    const std::string good = "  osnoise/4-1234    [004] .....    81.637220:    1000000        190  99.98100  "
                             "     9     18      0   1007"
                             "     18      1\n";
    const std::string text = "# tracer: osnoise\n" + good +
                             "   bash-1 [004] ..... 81.6: 1 2 3.0 4 5 6 7 8 9\n" +
                             "osnoise/4-1234 [004] ..... 81.6: 1 2 3 4\nosnoise/4-1234 ]4[ 81.6: 1\n" + good;
    const auto counts = parse_osnoise_trace(text, CpuSet{4});
    ASSERT_EQ(counts.size(), 1U);
    EXPECT_EQ(counts[0], (OsnoiseCounts{.cpu = 4,
                                        .periods = 2,
                                        .noise_us = 380,
                                        .largest_us = 9,
                                        .hardware = 36,
                                        .nmi = 0,
                                        .irq = 2014,
                                        .softirq = 36,
                                        .thread = 2}));
}

} // namespace
} // namespace nova_rt::noise
