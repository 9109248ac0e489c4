#include "domainxml/cputune_reader.hpp"

#include "domainxml/domain_reader.hpp"

#include "domain_xml_samples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using test::domain_tuned;
using testing::AllOf;
using testing::HasSubstr;

TEST(CputuneReader, ReadsPinsOfEveryKindOfThread) {
    const auto guest =
        read_guest_domain(domain_tuned("<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='3' cpuset='4-6,^5'/>"
                                       "<emulatorpin cpuset='0,7'/><iothreadpin iothread='1' cpuset='7'/>"
                                       "<shares>1024</shares>"));
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_EQ(guest->vcpu_pins, (std::map<VcpuId, CpuSet>{{VcpuId{0}, {1}}, {VcpuId{3}, {4, 6}}}));
    EXPECT_EQ(guest->emulator_pins, (CpuSet{0, 7}));
    EXPECT_EQ(guest->iothread_pins, (std::map<unsigned, CpuSet>{{1U, {7}}}));
    EXPECT_FALSE(guest->is_realtime());
}

TEST(CputuneReader, JoinsWhatLibvirtSplit) {
    const auto split =
        read_guest_domain(domain_tuned("<vcpusched vcpus='1' scheduler='fifo' priority='1'/>"
                                       "<vcpusched vcpus='2' scheduler='fifo' priority='1'/>"
                                       "<vcpusched vcpus='3' scheduler='fifo' priority='1'/>"));
    const auto whole =
        read_guest_domain(domain_tuned("<vcpusched vcpus='0-3,^0' scheduler='fifo' priority='1'/>"));
    ASSERT_TRUE(split) << split.error().message();
    ASSERT_TRUE(whole) << whole.error().message();
    EXPECT_EQ(split->vcpu_scheduling, whole->vcpu_scheduling);
    EXPECT_EQ(whole->realtime_vcpus(), (CpuSet{1, 2, 3}));
}

TEST(CputuneReader, KnowsEverySchedulerOfLibvirt) {
    const auto guest =
        read_guest_domain(domain_tuned("<vcpusched vcpus='0' scheduler='batch'/>"
                                       "<vcpusched vcpus='1' scheduler='idle'/>"
                                       "<vcpusched vcpus='2' scheduler='rr' priority='99'/>"
                                       "<vcpusched vcpus='3' scheduler='fifo' priority='49'/>"));
    ASSERT_TRUE(guest) << guest.error().message();
    const std::map<VcpuId, Scheduling> expected = {
        {VcpuId{0}, {.policy = SchedulingPolicy::Batch, .priority = 0}},
        {VcpuId{1}, {.policy = SchedulingPolicy::Idle, .priority = 0}},
        {VcpuId{2}, {.policy = SchedulingPolicy::RoundRobin, .priority = 99}},
        {VcpuId{3}, {.policy = SchedulingPolicy::Fifo, .priority = 49}}};
    EXPECT_EQ(guest->vcpu_scheduling, expected);
    EXPECT_EQ(guest->realtime_vcpus(), (CpuSet{2, 3}));
}

TEST(CputuneReader, NamesTheElementAndTheWrongPromise) {
    struct Case {
        const char* elements;
        const char* element;
        const char* why;
    };

    const Case cases[] = {
        {"<vcpupin vcpu='0' cpuset='9999'/>", "<vcpupin>", "9999"},
        {"<vcpupin vcpu='4' cpuset='1'/>", "<vcpupin>", "vCPU 4 does not exist, the guest has 4"},
        {"<vcpupin vcpu='4294967296' cpuset='1'/>", "<vcpupin>", "not a number"},
        {"<vcpupin vcpu='-1' cpuset='1'/>", "<vcpupin>", "not a number"},
        {"<vcpupin cpuset='1'/>", "<vcpupin>", "\"vcpu\" is missing"},
        {"<vcpupin vcpu='1'/>", "<vcpupin>", "\"cpuset\" is missing"},
        {"<vcpupin vcpu='1' cpuset=''/>", "<vcpupin>", "neither a CPU nor a range"},
        {"<vcpupin vcpu='1' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/>", "<vcpupin>",
         "vCPU 1 has two promises"},
        {"<emulatorpin cpuset='1,^1'/>", "<emulatorpin>", "no CPU is in it"},
        {"<emulatorpin cpuset='1'/><emulatorpin cpuset='1'/>", "<emulatorpin>", "two promises"},
        {"<iothreadpin iothread='x' cpuset='1'/>", "<iothreadpin>", "not a number"},
        {"<iothreadpin iothread='1' cpuset='1'/><iothreadpin iothread='1' cpuset='1'/>", "<iothreadpin>",
         "two"},
        {"<vcpusched vcpus='0-9' scheduler='fifo' priority='1'/>", "<vcpusched>", "vCPU 4 does not exist"},
        {"<vcpusched vcpus='0' scheduler='deadline' priority='1'/>", "<vcpusched>",
         "\"deadline\" is unknown"},
        {"<vcpusched vcpus='0' scheduler='fifo'/>", "<vcpusched>", "\"priority\" is missing"},
        {"<vcpusched vcpus='0' scheduler='fifo' priority='0'/>", "<vcpusched>", "not in 1..99"},
        {"<vcpusched vcpus='0' scheduler='fifo' priority='100'/>", "<vcpusched>", "not in 1..99"},
        {"<vcpusched scheduler='fifo' priority='1'/>", "<vcpusched>", "\"vcpus\" is missing"},
        {"<vcpusched vcpus='0' priority='1'/>", "<vcpusched>", "\"scheduler\" is missing"},
        {"<vcpusched vcpus='0-1' scheduler='fifo' priority='1'/><vcpusched vcpus='1' scheduler='rr' "
         "priority='1'/>",
         "<vcpusched>", "scheduling of vCPU 1 has two promises"},
    };
    for (const auto& c : cases) {
        const auto guest = read_guest_domain(domain_tuned(c.elements));
        ASSERT_FALSE(guest) << c.elements;
        EXPECT_EQ(guest.error().code(), ErrorCode::InvalidArgument) << c.elements;
        EXPECT_THAT(guest.error().message(),
                    AllOf(HasSubstr(test::kUuid), HasSubstr(c.element), HasSubstr(c.why)));
    }
}

TEST(CputuneReader, IgnoresElementsOfOtherNamespaces) {
    const auto guest = read_guest_domain(domain_tuned("<x:vcpupin xmlns:x='urn:x' vcpu='0' cpuset='1'/>"));
    ASSERT_TRUE(guest);
    EXPECT_TRUE(guest->vcpu_pins.empty());
}

TEST(CputuneReader, BoundsMessageAndTimeOfHugeCpusets) {
    std::string cpuset = "0";
    while (cpuset.size() < 3'000'000) {
        cpuset += ",0-8191";
    }
    const auto guest = read_guest_domain(domain_tuned("<vcpupin vcpu='0' cpuset='" + cpuset + "'/>"));
    ASSERT_FALSE(guest);
    EXPECT_LT(guest.error().message().size(), 300U);
}

} // namespace
} // namespace nova_rt
