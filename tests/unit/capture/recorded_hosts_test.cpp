// Every recorded host under tests/fixtures/hosts answers what the product asks.
#include "support/scratch_directory.hpp"

#include "unit/capture/replayed_host.hpp"
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace nova_rt::test {
namespace {

namespace fs = std::filesystem;

struct RecordedHost {
    const char* name;
    const char* online;
    std::vector<std::string> cells; ///< the CPUs of each
    std::vector<std::string> cores; ///< the siblings of each
    std::vector<std::string> l3;    ///< the CPUs of each level-3 cache that has an id
    std::string nohz_full;
    bool realtime;
};

/// For the tests' names.
// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest's
void PrintTo(const RecordedHost& host, std::ostream* out) {
    *out << host.name;
}

const std::vector<std::string> kNodeCells = {"0-3", "4-7"};
const std::vector<std::string> kNodeCores = {"0", "1", "2", "3", "4", "5", "6", "7"};

const std::vector<RecordedHost> kHosts = {
    {"vm-6.18-cgroup-v1", "0-1", {"0-1"}, {"0", "1"}, {}, "", false},
    {"node-6.1-rt-dynamic", "0-7", kNodeCells, kNodeCores, kNodeCells, "", true},
    {"node-6.1-rt-static", "0-7", kNodeCells, kNodeCores, kNodeCells, "4-7", true},
    {"node-6.1-rt-smt", "0-7", kNodeCells, {"0-1", "2-3", "4-5", "6-7"}, kNodeCells, "", true},
    {"node-6.12-rt-dynamic", "0-7", kNodeCells, kNodeCores, kNodeCells, "", true},
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
    std::vector<std::string> cores;
    for (const auto& cell : topology->cells) {
        cells.push_back(cell.cpus.to_cpulist());
        EXPECT_GT(cell.memory.value, 0U);
        for (const auto& core : cell.thread_siblings) {
            cores.push_back(core.to_cpulist());
        }
    }
    EXPECT_EQ(cells, GetParam().cells);
    EXPECT_EQ(cores, GetParam().cores);
    std::vector<std::string> caches;
    for (const auto& cache : topology->caches.l3) {
        caches.push_back(cache.cpus.to_cpulist());
    }
    EXPECT_EQ(caches, GetParam().l3);
}

TEST_P(RecordedHosts, SaysHowItsKernelWasBooted) {
    EXPECT_EQ(host_->reader().read("sys/kernel/realtime").value_or("0"), GetParam().realtime ? "1" : "0");
    // a kernel that can and was not asked to says "(null)", one that cannot has no file
    const auto tickless = host_->reader().read("sys/devices/system/cpu/nohz_full").value_or("");
    EXPECT_EQ(tickless.find("null") == std::string::npos ? tickless : "", GetParam().nohz_full);
}

TEST_P(RecordedHosts, HasSettingsForTheKnobs) {
    const auto settings = probed_settings(host_->reader(), host_->threads());
    const bool has_irqs = settings.lower_bound("proc/irq/0") != settings.lower_bound("proc/irq/:");
    EXPECT_TRUE(has_irqs);
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
