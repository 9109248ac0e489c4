// What is read from /sys and /proc, on fixture trees.
#include "adapters/linux_host/linux_host_reader.hpp"
#include "services/cpu_census.hpp"
#include "services/guest_threads_finder.hpp"
#include "services/irq_report.hpp"
#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

constexpr const char* kGuestUuid = "11111111-2222-3333-4444-555555555555";

class HostReports : public testing::Test {
protected:
    void put(const std::string& path, const std::string& text) const { scratch_.write(path, text + "\n"); }

    [[nodiscard]] LinuxHostReader reader() const {
        return LinuxHostReader(RootDirectory::open(scratch_.path()).value());
    }

    void put_cpu(unsigned id, const std::string& package, const std::string& core,
                 const std::string& siblings) const {
        const std::string topology = "sys/devices/system/cpu/cpu" + std::to_string(id) + "/topology/";
        put(topology + "physical_package_id", package);
        put(topology + "core_id", core);
        put(topology + "thread_siblings_list", siblings);
    }

    void put_irq(unsigned number, const std::string& cpus, const std::string& handler) const {
        const std::string directory = "proc/irq/" + std::to_string(number) + "/";
        put(directory + "smp_affinity_list", cpus);
        put(directory + "smp_affinity", "0");
        put(directory + "node", "0");
        put(directory + handler + "/marker", "");
    }

    test::ScratchDirectory scratch_;
};

GuestDomain guest_on(const char* uuid, std::map<VcpuId, CpuSet> pins, const CpuSet& fifo) {
    GuestDomain guest;
    guest.uuid = *DomainUuid::parse(uuid);
    guest.vcpu_pins = std::move(pins);
    for (const unsigned vcpu : fifo) {
        guest.vcpu_scheduling[VcpuId{vcpu}] = {SchedulingPolicy::Fifo, 1};
    }
    return guest;
}

TEST_F(HostReports, CensusKnowsWhereEachCpuIs) {
    put("sys/devices/system/cpu/present", "0-2");
    put("sys/devices/system/cpu/online", "0-1");
    put("sys/devices/system/node/node1/cpulist", "0-1");
    put("sys/devices/system/node/possible", "1");
    put_cpu(0, "0", "4", "0-1");
    put_cpu(1, "-1", "4", "0-1");
    const auto cpus = read_cpu_census(reader());
    ASSERT_TRUE(cpus) << cpus.error().message();
    ASSERT_EQ(cpus->size(), 3U);
    EXPECT_EQ((*cpus)[0].core, 4U);
    EXPECT_EQ((*cpus)[0].package, 0U);
    EXPECT_EQ((*cpus)[0].cell, HostCellId{1});
    EXPECT_EQ((*cpus)[0].siblings, (CpuSet{0, 1}));
    EXPECT_EQ((*cpus)[1].package, std::nullopt) << "-1 means that the kernel does not know";
    EXPECT_FALSE((*cpus)[2].online);
    EXPECT_EQ((*cpus)[2].cell, std::nullopt);
}

TEST_F(HostReports, CensusSaysWhatItCannotRead) {
    const auto cpus = read_cpu_census(reader());
    ASSERT_FALSE(cpus);
    EXPECT_THAT(cpus.error().message(), HasSubstr("sys/devices/system/cpu/present"));
}

TEST(CpuClasses, FollowTheGuestsThenNovasSets) {
    std::vector<CpuStatus> cpus(7);
    for (unsigned id = 0; id < 7; ++id) {
        cpus[id].id = PcpuId{id};
    }
    cpus[5].online = false;
    const auto guest = guest_on(kGuestUuid, {{VcpuId{0}, CpuSet{2}}, {VcpuId{1}, CpuSet{3}}}, CpuSet{1});
    const NovaCpuSets nova{CpuSet{2, 3, 4, 6}, CpuSet{1}};
    const auto pmd_on = [](unsigned pcpu) { return PmdThread{PcpuId{pcpu}, Tid{7}, Pid{6}, "pmd", "ovs"}; };
    classify_cpus(cpus, {nova, {guest}, {pmd_on(3), pmd_on(6)}});
    const CpuClass expected[] = {CpuClass::Housekeeping, CpuClass::Shared,    CpuClass::Dedicated,
                                 CpuClass::Realtime,     CpuClass::Dedicated, CpuClass::Other,
                                 CpuClass::Pmd};
    for (unsigned id = 0; id < 7; ++id) {
        EXPECT_EQ(cpus[id].cpu_class, expected[id]) << id;
    }
    EXPECT_EQ(cpus[3].guest, guest.uuid);
    EXPECT_EQ(cpus[3].vcpu, VcpuId{1});
    EXPECT_EQ(cpus[4].guest, std::nullopt);
}

TEST_F(HostReports, IrqsAreSortedByWhetherTheyCanBeMoved) {
    put_irq(24, "0-3", "eth0-rx");
    put_irq(25, "3", "nvme0q1");
    put_irq(100, "0-1", "usb");
    put("proc/irq/default_smp_affinity", "f");
    const auto report = read_irq_report(reader(), CpuSet{2, 3}, {IrqNumber{25}});
    ASSERT_EQ(report.size(), 2U);
    EXPECT_EQ(report[0].cpu, PcpuId{2});
    EXPECT_EQ(report[0].movable, (std::vector<IrqReference>{{IrqNumber{24}, "eth0-rx"}}));
    EXPECT_TRUE(report[0].immovable.empty());
    EXPECT_EQ(report[1].movable.size(), 1U);
    EXPECT_EQ(report[1].immovable, (std::vector<IrqReference>{{IrqNumber{25}, "nvme0q1"}}));
    EXPECT_TRUE(read_irq_report(reader(), CpuSet{}, {}).empty());
}

TEST(IrqPaths, NameTheInterrupt) {
    EXPECT_EQ(irq_of_path("proc/irq/24/smp_affinity_list"), IrqNumber{24});
    for (const char* path :
         {"", "proc/irq/default_smp_affinity", "proc/irq/x/smp_affinity_list", "sys/irq/24/x"}) {
        EXPECT_EQ(irq_of_path(path), std::nullopt) << path;
    }
}

TEST_F(HostReports, ThreadsComeFromTheStatusFileOfTheRightGuest) {
    const std::string text =
        std::string("<domstatus state='running' reason='booted' pid='4711'>"
                    "<monitor path='/x' type='unix'/><vcpus><vcpu id='0' pid='4712'/></vcpus>"
                    "<domain type='kvm' id='1'><name>instance-1</name><uuid>") +
        kGuestUuid + "</uuid><memory>1</memory><vcpu>1</vcpu></domain></domstatus>";
    put("run/libvirt/qemu/instance-1.xml", text);
    const auto uuid = *DomainUuid::parse(kGuestUuid);
    const auto other = *DomainUuid::parse("99999999-2222-3333-4444-555555555555");
    const auto threads = find_guest_threads(reader(), "run/libvirt/qemu", "instance-1", uuid);
    ASSERT_TRUE(threads) << threads.error().message();
    EXPECT_EQ(threads->qemu, Pid{4711});
    EXPECT_EQ(threads->vcpus.at(VcpuId{0}), Tid{4712});
    EXPECT_EQ(find_guest_threads(reader(), "run/libvirt/qemu", "instance-1", other).error().code(),
              ErrorCode::NotFound);
}

TEST_F(HostReports, ADomainNameNeverLeavesTheStatusDirectory) {
    put("etc/secret.xml", "x");
    const auto uuid = *DomainUuid::parse(kGuestUuid);
    for (const char* name : {"../../../etc/secret", "", ".", "..", "a/b", ".hidden"}) {
        EXPECT_EQ(find_guest_threads(reader(), "run/libvirt/qemu", name, uuid).error().code(),
                  ErrorCode::NotFound)
            << name;
    }
}

} // namespace
} // namespace nova_rt
