// Every recorded host under tests/fixtures/hosts answers what the product asks.
#include "support/scratch_directory.hpp"

#include "unit/capture/replayed_host.hpp"
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

namespace nova_rt::test {
namespace {

namespace fs = std::filesystem;

struct RecordedHost {
    const char* name;
    const char* online;
    std::vector<std::string> cells; ///< the CPUs of each
    bool movable_irqs;
};

const std::vector<RecordedHost> kHosts = {
    {"vm-6.18-cgroup-v1", "0-1", {"0-1"}, true},
};

class RecordedHosts : public testing::TestWithParam<RecordedHost> {
protected:
    void SetUp() override {
        auto host = WiredHost::open(
            {.root = std::string(NOVA_RT_SOURCE_DIR "/tests/fixtures/hosts/") + GetParam().name,
             .state_directory = state_.path("state")});
        ASSERT_TRUE(host) << host.error().message();
        host_ = *std::move(host);
    }

    ScratchDirectory state_;
    std::unique_ptr<WiredHost> host_;
};

TEST_P(RecordedHosts, HasItsTopology) {
    const auto topology = read_topology(host_->reader(), MachineFacts{});
    ASSERT_TRUE(topology) << topology.error().message();
    EXPECT_EQ(topology->online.to_cpulist(), GetParam().online);
    std::vector<std::string> cells;
    for (const auto& cell : topology->cells) {
        cells.push_back(cell.cpus.to_cpulist());
        EXPECT_GT(cell.memory.value, 0U);
    }
    EXPECT_EQ(cells, GetParam().cells);
}

TEST_P(RecordedHosts, HasSettingsForTheKnobs) {
    const auto settings = probed_settings(host_->reader(), host_->threads());
    const bool has_irqs = settings.lower_bound("proc/irq/0") != settings.lower_bound("proc/irq/:");
    EXPECT_EQ(has_irqs, GetParam().movable_irqs);
    EXPECT_TRUE(settings.contains("sys/devices/virtual/workqueue/cpumask"));
}

TEST_P(RecordedHosts, IsExaminedWithoutSurprise) {
    const auto text = doctor_text(*host_, host_->reader());
    EXPECT_NE(text.find("rt_throttling"), std::string::npos) << text;
}

TEST_P(RecordedHosts, KeepsItsOwnerPrivate) {
    const fs::path root = NOVA_RT_SOURCE_DIR "/tests/fixtures/hosts/";
    for (const auto& entry : fs::recursive_directory_iterator(root / GetParam().name)) {
        EXPECT_FALSE(entry.is_symlink()) << entry.path();
        const auto name = entry.path().filename();
        EXPECT_TRUE(name != "environ" && name != "hostname") << entry.path();
    }
}

INSTANTIATE_TEST_SUITE_P(All, RecordedHosts, testing::ValuesIn(kHosts), [](const auto& host) {
    std::string name = host.param.name;
    for (char& character : name) {
        character = std::isalnum(static_cast<unsigned char>(character)) != 0 ? character : '_';
    }
    return name;
});

} // namespace
} // namespace nova_rt::test
