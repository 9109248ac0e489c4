#include "cli/cpu_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

StatusDocument one_realtime_guest() {
    StatusDocument status;
    status.node.hostname = "compute-1";
    GuestStatus guest;
    guest.uuid = *DomainUuid::parse("00000000-0000-4000-8000-000000000001");
    guest.name = "instance-1\x1b[2J";
    guest.realtime_vcpus = {1};
    guest.realtime_pcpus = {3};
    guest.grade = Grade::C;
    guest.grade_causes = {"not in nohz_full"};
    guest.lease = LeaseStatus{.stage = LeaseStage::Started, .realtime_pcpus = {3}};
    status.domains = {guest};
    status.cpus = {
        {.id = PcpuId{0}, .cpu_class = CpuClass::Housekeeping},
        {.id = PcpuId{3}, .cpu_class = CpuClass::Realtime, .guest = guest.uuid, .vcpu = VcpuId{1}}};
    status.irqs = {{.cpu = PcpuId{3}, .movable = {{.irq = IrqNumber{24}, .name = "eth0"}}}};
    return status;
}

TEST(CpuMap, ShowsEachPcpuWithItsGuestAndInterrupts) {
    const auto map = cpu_map(one_realtime_guest());
    EXPECT_THAT(map, HasSubstr("compute-1"));
    EXPECT_THAT(map, HasSubstr("housekeeping"));
    EXPECT_THAT(map, testing::ContainsRegex("3 .*REALTIME .*vCPU 1.*1 movable, 0 immovable IRQs"));
    EXPECT_THAT(map, HasSubstr("grade C  realtime vCPUs 1 on pCPUs 3  lease started"));
    EXPECT_THAT(map, HasSubstr("not better because: not in nohz_full"));
}

TEST(CpuMap, ShowsWhichSwitchThreadOwnsAPcpu) {
    auto status = one_realtime_guest();
    status.cpus[0].cpu_class = CpuClass::Pmd;
    status.pmds = {{PcpuId{0}, Tid{701}, Pid{700}, "pmd-c00/id:8", "ovs-vswitchd"},
                   {PcpuId{3}, Tid{702}, Pid{700}, "pmd-c03/id:9", "ovs-vswitchd"}};
    const auto map = cpu_map(status);
    EXPECT_THAT(map, testing::ContainsRegex("0 .*pmd +\"pmd-c00/id:8\" of \"ovs-vswitchd\""));
    EXPECT_THAT(map, testing::ContainsRegex("3 .*REALTIME .*vCPU 1; \"pmd-c03/id:9\""))
        << "a collision shows both";
}

TEST(CpuMap, SaysACauseOnce) {
    auto status = one_realtime_guest();
    status.domains[0].grade_causes = {"pCPUs 3: not in nohz_full"};
    status.domains[0].findings = {{"not_tickless", CheckState::Warn, "pCPUs 3", "not in nohz_full"},
                                  {"irq", CheckState::Warn, "irq 9", "arrives here"}};
    const auto map = cpu_map(status);
    EXPECT_EQ(map.find("not in nohz_full"), map.rfind("not in nohz_full"));
    EXPECT_THAT(map, HasSubstr("WARN irq 9: arrives here"));
}

TEST(CpuMap, NeverPrintsControlCharactersOfAGuestsName) {
    EXPECT_EQ(cpu_map(one_realtime_guest()).find('\x1b'), std::string::npos);
}

TEST(CpuMap, SaysWhenALeaseIsMissing) {
    auto status = one_realtime_guest();
    status.domains[0].lease.reset();
    EXPECT_THAT(cpu_map(status), HasSubstr("lease MISSING"));
}

TEST(CpuMap, NamesCollisionsAndFailedChecks) {
    auto status = one_realtime_guest();
    status.collisions = {{.pcpus = {3}, .message = "a and b"}};
    status.checks = {{.name = "hook", .state = CheckState::Fail, .output = "did not fire"},
                     {.name = "libvirt"}};
    const auto map = cpu_map(status);
    EXPECT_THAT(map, HasSubstr("COLLISION on pCPUs 3: a and b"));
    EXPECT_THAT(map, HasSubstr("FAIL hook: did not fire"));
    EXPECT_EQ(map.find("libvirt"), std::string::npos);
}

} // namespace
} // namespace nova_rt
