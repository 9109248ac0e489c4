#include "flavor/realtime_mask.hpp"

#include "flavor/nova_values.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using test::GuestQuestion;
using test::refusal_of;

GuestQuestion realtime(const std::string& mask) {
    return GuestQuestion().spec("hw:cpu_realtime", "yes").spec("hw:cpu_realtime_mask", mask);
}

TEST(RealtimeMask, SelectsRealtimeVcpus) {
    for (const auto& [mask, vcpus] :
         std::vector<std::pair<const char*, const char*>>{{"^0", "1-3"},
                                                          {"^0-1", "2-3"},
                                                          {"2", "2"},
                                                          {"0-3,^2", "0-1,3"},
                                                          {"^0-1,3", "2-3"},
                                                          {"0-2,^0,^1", "2"},
                                                          {" ^0", "1-3"},
                                                          {"0-99999,^4-99999,^0", "1-3"}}) {
        const auto set = realtime_vcpus(realtime(mask).input());
        ASSERT_TRUE(set) << mask << set.error().message;
        EXPECT_EQ(set->to_cpulist(), vcpus) << mask;
    }
}

TEST(RealtimeMask, IsIgnoredWithoutRealtime) {
    EXPECT_EQ(realtime_vcpus(GuestQuestion().spec("hw:cpu_realtime_mask", "a").input()), CpuSet{});
    EXPECT_EQ(realtime_vcpus(GuestQuestion().spec("hw:cpu_realtime", "perhaps").input()), CpuSet{});
}

TEST(RealtimeMask, RefusesMaskThatLeavesNoHousekeepingVcpu) {
    for (const char* mask : {"0-3", "^5", ""}) {
        const auto refused = realtime_vcpus(realtime(mask).input());
        EXPECT_EQ(refusal_of(refused), "RealtimeMaskNotFoundOrInvalid") << mask;
        EXPECT_EQ(refused.error().repair,
                  "openstack flavor set --property 'hw:cpu_realtime_mask=^0' rt.small");
    }
    const auto lone = GuestQuestion().vcpus(1).spec("hw:cpu_realtime", "yes");
    EXPECT_EQ(realtime_vcpus(lone.input()).error().repair,
              "openstack flavor set --property hw:emulator_threads_policy=isolate rt.small");
}

TEST(RealtimeMask, MayCoverAllVcpusWhenEmulatorThreadsGoElsewhere) {
    for (const char* policy : {"isolate", "share"}) {
        auto asked = realtime("0-3");
        asked.spec("hw:emulator_threads_policy", policy);
        EXPECT_EQ(realtime_vcpus(asked.input()), CpuSet::range(0, 3)) << policy;
    }
}

TEST(RealtimeMask, RefusesWhatIsNoSubsetOfTheVcpus) {
    for (const char* mask : {"0-4", "7", "0-99999", "8192", "^0-3", "0-9223372036854775807"}) {
        EXPECT_EQ(refusal_of(realtime_vcpus(realtime(mask).input())), "RealtimeMaskNotFoundOrInvalid")
            << mask;
    }
    for (const char* mask : {"a", "3-1", "1,\u0662"}) {
        EXPECT_EQ(refusal_of(realtime_vcpus(realtime(mask).input())), "Invalid") << mask;
    }
}

TEST(RealtimeMask, OfTheImageWinsOverTheFlavors) {
    auto asked = realtime("^0");
    asked.image("hw_cpu_realtime_mask", "^0-1");
    EXPECT_EQ(realtime_vcpus(asked.input()), (CpuSet{2, 3}));
    asked.image("hw_cpu_realtime_mask", "9");
    const auto refused = realtime_vcpus(asked.input());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().key, "hw_cpu_realtime_mask");
    EXPECT_EQ(refused.error().provenance, Provenance::Image);
    EXPECT_EQ(refused.error().repair,
              image_set_command(asked.input().image.id, "hw_cpu_realtime_mask", "^0"));
}

TEST(RealtimeMask, IsRepairedToWhatWasMeant) {
    for (const auto& [mask, repaired] :
         std::vector<std::pair<const char*, const char*>>{{"2-7", "hw:cpu_realtime_mask=2-3"},
                                                          {"^0-1,9", "hw:cpu_realtime_mask=2-3"},
                                                          {"1,x", "'hw:cpu_realtime_mask=^0'"},
                                                          {"8-9", "'hw:cpu_realtime_mask=^0'"}}) {
        const auto refused = realtime_vcpus(realtime(mask).input());
        ASSERT_FALSE(refused) << mask;
        EXPECT_EQ(refused.error().repair,
                  std::string("openstack flavor set --property ") + repaired + " rt.small");
    }
    const auto lone = realtime("x").vcpus(1);
    EXPECT_EQ(realtime_vcpus(lone.input()).error().repair,
              "openstack flavor unset --property hw:cpu_realtime_mask rt.small && "
              "openstack flavor set --property hw:emulator_threads_policy=isolate rt.small");
}

TEST(DedicatedMask, LeavesAVcpuOnEachSide) {
    const auto dedicated = [](const char* mask) {
        return dedicated_vcpus(GuestQuestion().spec("hw:cpu_dedicated_mask", mask).input());
    };
    EXPECT_EQ(dedicated("2-3"), (CpuSet{2, 3}));
    EXPECT_EQ(dedicated("^0"), (CpuSet{1, 2, 3}));
    EXPECT_EQ(dedicated(""), CpuSet{});
    for (const char* mask : {"0-3", "^0-3", "0-9", "2-4"}) {
        EXPECT_EQ(refusal_of(dedicated(mask)), "InvalidMixedInstanceDedicatedMask") << mask;
    }
}

} // namespace
} // namespace nova_rt
