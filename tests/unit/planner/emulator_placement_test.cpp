#include "planner/emulator_placement.hpp"

#include <gtest/gtest.h>

namespace nova_rt {
namespace {

class EmulatorPlacement : public testing::Test {
protected:
    EmulatorPlacement() {
        cell_.pins = {{VcpuId{0}, PcpuId{4}}, {VcpuId{1}, PcpuId{5}}};
        cell_.shared_vcpus = {2};
        cell_.float_pcpus = {0, 1};
        request_.realtime_vcpus = {1};
    }

    [[nodiscard]] Judged<CpuSet> placed() const {
        return emulator_pcpus(request_, {cell_}, options_, {0, 1, 4, 5});
    }

    CellPlacement cell_;
    RealtimeRequest request_;
    NovaOptions options_;
};

TEST_F(EmulatorPlacement, AvoidsRealtimeVcpusByDefault) {
    EXPECT_EQ(placed(), (CpuSet{0, 1, 4}));
    request_.realtime_vcpus = {};
    EXPECT_EQ(placed(), (CpuSet{0, 1, 4, 5}));
}

TEST_F(EmulatorPlacement, HasItsOwnPcpuWithIsolate) {
    request_.emulator_threads_policy = EmulatorThreadsPolicy::Isolate;
    cell_.emulator_pcpu = PcpuId{7};
    EXPECT_EQ(placed(), CpuSet{7});
}

TEST_F(EmulatorPlacement, GoesToTheSharedSetWithShare) {
    request_.emulator_threads_policy = EmulatorThreadsPolicy::Share;
    options_.cpu_shared_set = CpuSet{0, 9};
    EXPECT_EQ(placed(), CpuSet{0});
    options_.cpu_shared_set = CpuSet{9};
    ASSERT_FALSE(placed());
    EXPECT_EQ(placed().error().stage, "xml");
    options_.cpu_shared_set.reset();
    EXPECT_EQ(placed(), (CpuSet{0, 1, 4})) << "without a shared set as if nothing had been asked";
}

} // namespace
} // namespace nova_rt
