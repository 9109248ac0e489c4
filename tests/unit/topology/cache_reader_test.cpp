#include "topology/cache_reader.hpp"

#include "support/fake_host_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace nova_rt {
namespace {

using test::FakeHostReader;
using testing::HasSubstr;

void add_cache(FakeHostReader& reader, unsigned cpu, unsigned index, const std::string& level,
               const std::string& id, const std::string& shared) {
    const std::string directory =
        "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cache/index" + std::to_string(index) + "/";
    reader.set(directory + "level", level + "\n");
    reader.set(directory + "type", index == 0 ? "Data\n" : "Unified\n");
    reader.set(directory + "id", id + "\n");
    reader.set(directory + "size", "32768K\n");
    reader.set(directory + "shared_cpu_list", shared + "\n");
}

/// Two caches of two pCPUs, pCPU 3 offline, and CAT and MBA as an Intel server has them.
std::unique_ptr<FakeHostReader> machine() {
    auto made = std::make_unique<FakeHostReader>();
    made->set("sys/devices/system/cpu/online", "0-2\n");
    for (const unsigned cpu : {0U, 1U, 2U}) {
        add_cache(*made, cpu, 0, "1", std::to_string(cpu), std::to_string(cpu));
        add_cache(*made, cpu, 2, "2", std::to_string(cpu), std::to_string(cpu));
        add_cache(*made, cpu, 3, "3", cpu < 2 ? "0" : "1", cpu < 2 ? "0-1" : "2-3");
    }
    made->set("sys/fs/resctrl/info/L3/cbm_mask", "7ff\n");
    made->set("sys/fs/resctrl/info/L3/min_cbm_bits", "1\n");
    made->set("sys/fs/resctrl/info/MB/min_bandwidth", "10\n");
    made->set("sys/fs/resctrl/info/MB/bandwidth_gran", "10\n");
    return made;
}

TEST(CacheReader, FindsTheLevelThreeCachesAndWhatDividesThem) {
    const auto caches = read_cache_control(*machine());
    ASSERT_TRUE(caches) << caches.error().message();
    ASSERT_EQ(caches->l3.size(), 2U);
    EXPECT_EQ(caches->l3[0].id, 0U);
    EXPECT_EQ(caches->l3[0].cpus, (CpuSet{0, 1}));
    EXPECT_EQ(caches->l3[0].size, KiB{32768});
    EXPECT_EQ(caches->l3[1].cpus, CpuSet{2}) << "3 is offline";
    ASSERT_TRUE(caches->allocation);
    EXPECT_EQ(caches->allocation->ways, 11U);
    EXPECT_EQ(caches->allocation->kind, CacheAllocation::Kind::Unified);
    ASSERT_TRUE(caches->bandwidth);
}

TEST(CacheReader, KnowsCodeAndDataPrioritization) {
    auto reader = machine();
    reader->remove("sys/fs/resctrl/info/L3/cbm_mask");
    reader->remove("sys/fs/resctrl/info/L3/min_cbm_bits");
    for (const char* half : {"L3CODE", "L3DATA"}) {
        reader->set(std::string("sys/fs/resctrl/info/") + half + "/cbm_mask", "fffff\n");
        reader->set(std::string("sys/fs/resctrl/info/") + half + "/min_cbm_bits", "2\n");
    }
    const auto caches = read_cache_control(*reader);
    ASSERT_TRUE(caches && caches->allocation);
    EXPECT_EQ(caches->allocation->kind, CacheAllocation::Kind::CodeAndData);
    EXPECT_EQ(caches->allocation->ways, 20U);
    EXPECT_EQ(caches->allocation->min_ways, 2U);
}

TEST(CacheReader, TakesAMachineWithoutAnyOfIt) {
    FakeHostReader reader;
    reader.set("sys/devices/system/cpu/online", "0-3\n");
    add_cache(reader, 0, 2, "2", "0", "0");
    const auto caches = read_cache_control(reader);
    ASSERT_TRUE(caches) << caches.error().message();
    EXPECT_TRUE(caches->l3.empty());
    EXPECT_FALSE(caches->allocation);
    EXPECT_FALSE(caches->bandwidth);
}

TEST(CacheReader, PassesOverACacheWithoutId) {
    auto reader = machine();
    for (const char* cpu : {"0", "1", "2"}) {
        reader->remove(std::string("sys/devices/system/cpu/cpu") + cpu + "/cache/index3/id");
    }
    const auto caches = read_cache_control(*reader);
    ASSERT_TRUE(caches);
    EXPECT_TRUE(caches->l3.empty());
}

TEST(CacheReader, NamesTheFileThatIsStrange) {
    for (const char* path :
         {"sys/devices/system/cpu/cpu0/cache/index3/size", "sys/devices/system/cpu/cpu0/cache/index3/level",
          "sys/devices/system/cpu/cpu2/cache/index3/shared_cpu_list", "sys/fs/resctrl/info/L3/cbm_mask",
          "sys/fs/resctrl/info/L3/min_cbm_bits", "sys/fs/resctrl/info/MB/bandwidth_gran"}) {
        auto reader = machine();
        reader->set(path, "rubbish\n");
        const auto caches = read_cache_control(*reader);
        ASSERT_FALSE(caches) << path;
        EXPECT_THAT(caches.error().message(), HasSubstr(path));
    }
    auto reader = machine();
    reader->set("sys/fs/resctrl/info/L3/cbm_mask", "0\n");
    EXPECT_FALSE(read_cache_control(*reader));
}

} // namespace
} // namespace nova_rt
