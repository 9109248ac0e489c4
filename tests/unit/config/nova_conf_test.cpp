#include "adapters/config/nova_conf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

TEST(NovaConf, ReadsTheCpuSetsAndNothingElse) {
    const auto sets =
        parse_nova_cpu_sets("[DEFAULT]\ntransport_url = rabbit://u:hunter2@h\ncpu_shared_set = 9\n"
                            "[compute]\ncpu_dedicated_set = 2-7,^4\ncpu_shared_set=0,1\n");
    ASSERT_TRUE(sets);
    EXPECT_EQ(sets->dedicated->to_cpulist(), "2-3,5-7");
    EXPECT_EQ(sets->shared->to_cpulist(), "0-1");
}

TEST(NovaConf, PassesOverWhatItCannotRead) {
    const auto sets = parse_nova_cpu_sets("[pci]\nalias = {\n  \"a\": 1\n}\n\xff\xfe\n[compute]\n"
                                          "cpu_dedicated_set = 1\n");
    ASSERT_TRUE(sets);
    EXPECT_EQ(sets->dedicated->to_cpulist(), "1");
    EXPECT_FALSE(sets->shared);
}

TEST(NovaConf, ErrorsNameTheOptionAndNoPassword) {
    const auto sets = parse_nova_cpu_sets(
        "[database]\nconnection = mysql://n:hunter2@h\n[compute]\ncpu_dedicated_set = 0-99999999\n");
    ASSERT_FALSE(sets);
    EXPECT_THAT(sets.error().message(), testing::HasSubstr("cpu_dedicated_set"));
    EXPECT_THAT(sets.error().message(), testing::Not(testing::HasSubstr("hunter2")));
}

TEST(NovaConf, AMissingFileLeavesTheSetsUnknown) {
    const auto sets = read_nova_cpu_sets("/nonexistent/nova.conf");
    ASSERT_TRUE(sets);
    EXPECT_EQ(*sets, NovaCpuSets{});
}

} // namespace
} // namespace nova_rt
