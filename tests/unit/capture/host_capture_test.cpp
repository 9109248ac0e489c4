#include "cli/host_capture.hpp"

#include "adapters/linux_host/host_record_tree.hpp"
#include "support/scratch_directory.hpp"

#include "unit/capture/replayed_host.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace nova_rt::test {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;

/// The machine that runs the tests, recorded, beside what it answered while it was recorded.
class HostCaptureTest : public testing::Test {
protected:
    void SetUp() override { live_ = open("/", "live-state"); }

    [[nodiscard]] std::unique_ptr<WiredHost> open(const std::string& root, const char* state) const {
        auto host = WiredHost::open({.root = root, .state_directory = directory_.path(state)});
        EXPECT_TRUE(host) << host.error().message();
        return host ? *std::move(host) : nullptr;
    }

    [[nodiscard]] std::unique_ptr<WiredHost> replay(const HostRecord& record) const {
        const auto tree = directory_.path("tree");
        const auto written = write_host_record(record, tree);
        EXPECT_TRUE(written) << written.error().message();
        return open(tree, "replay-state");
    }

    ScratchDirectory directory_;
    std::unique_ptr<WiredHost> live_;
    MachineFacts machine_;
};

TEST_F(HostCaptureTest, GivesTheTopologyOfTheHost) {
    const RecordingHostReader recorder(live_->reader());
    const auto topology = read_topology(recorder, machine_);
    ASSERT_TRUE(topology) << topology.error().message();
    const auto replayed = replay(recorder.record());
    EXPECT_EQ(describe(read_topology(replayed->reader(), machine_).value()), describe(*topology));
}

TEST_F(HostCaptureTest, GivesTheSettingsAndChecksOfTheHost) {
    const RecordingHostReader recorder(live_->reader());
    const auto settings = probed_settings(recorder, live_->threads());
    const auto checks = doctor_text(*live_, recorder);
    EXPECT_FALSE(settings.empty());
    const auto replayed = replay(recorder.record());
    EXPECT_EQ(probed_settings(replayed->reader(), replayed->threads()), settings);
    EXPECT_EQ(doctor_text(*replayed, replayed->reader()), checks);
}

TEST_F(HostCaptureTest, AsksForAllThatTheProductReads) {
    const auto record = capture_host(*live_, machine_);
    ASSERT_TRUE(record) << record.error().message();
    const auto replayed = replay(*record);
    const RecordingHostReader asked(live_->reader());
    static_cast<void>(read_topology(asked, machine_));
    static_cast<void>(probed_settings(asked, live_->threads()));
    static_cast<void>(read_kernel_facts(asked, CpuSet{0}));
    for (const auto& [path, text] : asked.record().files) {
        const bool kernel_thread = path.starts_with("proc/") && path.ends_with("/stat"); // may be newly born
        EXPECT_TRUE(kernel_thread || record->files.contains(path)) << path;
    }
    EXPECT_TRUE(read_topology(replayed->reader(), machine_));
}

TEST_F(HostCaptureTest, HoldsNoProcessButKernelThreads) {
    const auto record = capture_host(*live_, machine_);
    ASSERT_TRUE(record) << record.error().message();
    EXPECT_THAT(record->files, Not(Contains(Key("proc/" + std::to_string(::getpid()) + "/stat"))));
    EXPECT_THAT(record->files, Not(Contains(Key("proc/sys/kernel/hostname"))));
    EXPECT_THAT(record->files, Contains(Key("proc/2/stat"))); // kthreadd
    EXPECT_LT(record->bytes, kMaxCaptureBytes);
}

} // namespace
} // namespace nova_rt::test
