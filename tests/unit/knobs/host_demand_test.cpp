#include "knobs/host_demand.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

const HostDemand kDemand{.online = CpuSet::range(0, 3), .isolated = {2, 3}, .housekeeping = {0, 1}};

TEST(HostDemandTest, TakesIsolatedCpusOutOfAMask) {
    EXPECT_EQ(kDemand.narrowed(CpuSet::range(0, 3)), (CpuSet{0, 1}));
    EXPECT_EQ(kDemand.narrowed({1, 2}), CpuSet{1});
}

TEST(HostDemandTest, LeavesAMaskAloneThatHasNoIsolatedCpu) {
    EXPECT_EQ(kDemand.narrowed({1, 9}), (CpuSet{1, 9}));
}

TEST(HostDemandTest, NeverMakesAMaskEmptyOrOfflineOnly) {
    EXPECT_EQ(kDemand.narrowed({3}), (CpuSet{0, 1}));
    EXPECT_EQ(kDemand.narrowed({2, 3, 7}), (CpuSet{0, 1})) << "CPU 7 is not online";
}

} // namespace
} // namespace nova_rt::test
