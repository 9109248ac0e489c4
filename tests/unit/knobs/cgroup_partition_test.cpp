#include "knobs/cgroup_partition.hpp"

#include "support/guest_on_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

using testing::HasSubstr;

const HostDemand kDemand{.online = CpuSet::range(0, 3), .isolated = {2, 3}, .housekeeping = {0, 1}};
constexpr const char* kSlice = "sys/fs/cgroup/machine.slice";
constexpr const char* kDomain = "/machine.slice/machine-qemu-1.scope/libvirt";

struct CgroupPartitionTest : testing::Test {
    void start(RemotePartitions remote = RemotePartitions::Yes) {
        host.use_cgroup2(remote);
        guest.domain_cgroup = kDomain;
        guest.main_cgroup = std::string(kDomain) + "/emulator";
        guest.start();
    }

    [[nodiscard]] GuestProbe probe(std::vector<Lease> others = {}) {
        others.push_back(guest.lease);
        return CgroupPartition().probe(guest.view(), others, kDemand);
    }

    /// What stands in the way of both vCPUs.
    void expect_obstacle(const GuestProbe& probe, const std::string& text) {
        EXPECT_TRUE(probe.targets.empty());
        ASSERT_EQ(probe.findings.size(), 2U);
        EXPECT_EQ(probe.findings[0].kind, FindingKind::NotExclusive);
        EXPECT_EQ(probe.findings[0].guest, guest.lease.uuid);
        EXPECT_THAT(probe.findings[0].text, HasSubstr(text));
    }

    FixtureHost host;
    GuestOnFixture guest{host};
};

TEST_F(CgroupPartitionTest, WantsExclusiveCpusDownToEachVcpuAndAPartitionThere) {
    start();
    std::map<std::string, std::string> wanted;
    for (const auto& target : probe().targets) {
        wanted[target.setting.path.substr(std::string("sys/fs/cgroup").size())] = target.wanted;
    }
    const std::string domain = kDomain;
    EXPECT_EQ(wanted, (std::map<std::string, std::string>{
                          {"/machine.slice/cpuset.cpus.exclusive", "2-3"},
                          {"/machine.slice/machine-qemu-1.scope/cpuset.cpus.exclusive", "2-3"},
                          {domain + "/cpuset.cpus.exclusive", "2-3"},
                          {domain + "/vcpu0/cpuset.cpus.exclusive", "2"},
                          {domain + "/vcpu1/cpuset.cpus.exclusive", "3"},
                          {domain + "/vcpu0/cpuset.cpus.partition", "isolated"},
                          {domain + "/vcpu1/cpuset.cpus.partition", "isolated"},
                      }));
    EXPECT_TRUE(probe().findings.empty());
}

TEST_F(CgroupPartitionTest, WantsNothingForAProcessThatEndedOrAnIdInUseAgain) {
    start();
    guest.lease.threads->start_time += 1;
    EXPECT_TRUE(probe().targets.empty());
    host.end_process(GuestOnFixture::kQemu, {GuestOnFixture::kFirstVcpu});
    EXPECT_TRUE(probe().targets.empty());
}

TEST_F(CgroupPartitionTest, SaysThatVersionOneHasNone) {
    guest.start();
    expect_obstacle(probe(), "cgroup version 1");
}

TEST_F(CgroupPartitionTest, LeavesOlderKernelsToScopePartition) {
    start(RemotePartitions::No);
    EXPECT_TRUE(probe().targets.empty());
    EXPECT_TRUE(probe().findings.empty());
}

TEST_F(CgroupPartitionTest, NamesTheAncestorWithoutTheController) {
    start();
    host.erase("sys/fs/cgroup/machine.slice/machine-qemu-1.scope/cpuset.cpus.partition");
    expect_obstacle(probe(), "no cpuset in /sys/fs/cgroup/machine.slice/cgroup.subtree_control");
}

TEST_F(CgroupPartitionTest, LeavesVcpusThatShareAPcpuAlone) {
    start();
    guest.lease.vcpu_pins[VcpuId{0}] = {2, 3};
    const auto found = probe();
    EXPECT_TRUE(found.targets.empty());
    ASSERT_EQ(found.findings.size(), 2U);
    EXPECT_THAT(found.findings[0].text, HasSubstr("vCPU 1 is pinned there too"));
    EXPECT_THAT(found.findings[1].text, HasSubstr("vCPU 0 is pinned there too"));
}

TEST_F(CgroupPartitionTest, LeavesAPcpuAloneThatAnotherGuestUses) {
    start();
    const auto found = probe({lease_for(realtime_guest(2, {3}))});
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_THAT(found.findings[0].text, HasSubstr("vCPU 1 on pCPUs 3: guest \"instance-2\""));
    EXPECT_EQ(found.targets.size(), 5U);
}

TEST_F(CgroupPartitionTest, LeavesTheOnlyPcpuOfTheEmulatorAlone) {
    start();
    guest.lease.emulator_pins = CpuSet{2};
    const auto found = probe();
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_THAT(found.findings[0].text, HasSubstr("the emulator threads have no other pCPU"));
}

TEST_F(CgroupPartitionTest, LeavesAVcpuAloneThatSomebodyPinnedAnew) {
    start();
    host.put(std::string("sys/fs/cgroup") + kDomain + "/vcpu1/cpuset.cpus", "1\n");
    const auto found = probe();
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_THAT(found.findings[0].text, HasSubstr("vcpu1/cpuset.cpus reads \"1\""));
}

TEST_F(CgroupPartitionTest, HasNothingToAddToIsolcpus) {
    start();
    host.put("sys/devices/system/cpu/isolated", "2-3\n");
    EXPECT_TRUE(probe().targets.empty());
    EXPECT_TRUE(probe().findings.empty());
}

TEST_F(CgroupPartitionTest, KeepsWhatOthersClaimAndTakesNoPartitionFromThem) {
    const CgroupPartition knob;
    const auto exclusive = Setting::attribute("x/cpuset.cpus.exclusive", ValueFormat::CpuList);
    const auto partition = Setting::attribute("x/cpuset.cpus.partition", ValueFormat::Partition);
    EXPECT_EQ(knob.desired(exclusive, "1", "2-3"), "1-3");
    EXPECT_EQ(knob.desired(exclusive, "", "2"), "2");
    EXPECT_EQ(knob.desired(partition, "member", "isolated"), "isolated");
    EXPECT_EQ(knob.desired(partition, "root", "isolated"), "root");
}

TEST_F(CgroupPartitionTest, TakesDownBeforeItBuildsUp) {
    const CgroupPartition knob;
    const auto exclusive = Setting::attribute("x/cpuset.cpus.exclusive", ValueFormat::CpuList);
    const auto partition = Setting::attribute("x/cpuset.cpus.partition", ValueFormat::Partition);
    EXPECT_EQ(knob.phase(partition, "isolated", "member"), ChangePhase::Dissolve);
    EXPECT_EQ(knob.phase(exclusive, "2-3", "2"), ChangePhase::Withdraw);
    EXPECT_EQ(knob.phase(exclusive, "2-3", ""), ChangePhase::Withdraw);
    EXPECT_EQ(knob.phase(exclusive, "2", "3"), ChangePhase::Exclusive);
    EXPECT_EQ(knob.phase(partition, "isolated invalid (x)", "isolated"), ChangePhase::Partition);
}

/// The knob in the engine.
struct PartitionLife : testing::Test {
    PartitionLife() {
        host.use_cgroup2();
        host.add_irq(24, "0-7");
    }

    static std::string domain(unsigned number) {
        return "/machine.slice/machine-qemu-" + std::to_string(number) + ".scope/libvirt";
    }

    /// QEMU with one vCPU per pCPU.
    GuestThreads run_qemu(const GuestDomain& guest, unsigned number) {
        const int pid = 4000 + static_cast<int>(number * 100);
        GuestThreads threads{.qemu = Pid{pid}, .vcpus = {}, .disputed = {}};
        std::vector<FixtureThread> all = {{.tid = pid,
                                           .comm = "qemu",
                                           .affinity = {0},
                                           .scheduling = {},
                                           .cgroup = domain(number) + "/emulator"}};
        for (const auto& [vcpu, pins] : guest.vcpu_pins) {
            const int tid = pid + 10 + static_cast<int>(vcpu.value);
            threads.vcpus[vcpu] = Tid{tid};
            all.push_back({.tid = tid,
                           .comm = "CPU " + std::to_string(vcpu.value) + "/KVM",
                           .affinity = pins,
                           .scheduling = {SchedulingPolicy::Fifo, 1},
                           .cgroup = domain(number) + "/vcpu" + std::to_string(vcpu.value)});
        }
        host.add_process(pid, all);
        return threads;
    }

    TransitionReport start(const GuestDomain& guest, unsigned number) {
        EXPECT_TRUE(engine.prepare(guest));
        const auto report = engine.started(guest.uuid, run_qemu(guest, number));
        EXPECT_TRUE(report) << report.error().message();
        return report ? *report : TransitionReport{};
    }

    [[nodiscard]] std::string slice(const std::string& file) const {
        return host.get(std::string(kSlice) + "/" + file);
    }

    [[nodiscard]] std::string vcpu(unsigned number, unsigned vcpu, const std::string& file) const {
        return host.get("sys/fs/cgroup" + domain(number) + "/vcpu" + std::to_string(vcpu) + "/" + file);
    }

    FixtureHost host{8};
    EngineOnFixture fixture{host};
    IsolationEngine& engine = fixture.engine;
    GuestDomain a = realtime_guest(1, {2, 3});
    GuestDomain b = realtime_guest(2, {5});
};

TEST_F(PartitionLife, IsolatesAtStartedAndGivesBackWhileTheCgroupsExist) {
    const auto threads = run_qemu(a, 1);
    const auto before = host.snapshot();
    ASSERT_TRUE(engine.prepare(a));
    ASSERT_TRUE(engine.started(a.uuid, threads));
    EXPECT_EQ(vcpu(1, 0, "cpuset.cpus.partition"), "isolated");
    EXPECT_EQ(vcpu(1, 1, "cpuset.cpus.partition"), "isolated");
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "2-3");
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.effective"), "0-1,4-7");
    ASSERT_TRUE(engine.release(a.uuid));
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(PartitionLife, IsGradeBAndSaysNothingAgainstIt) {
    start(a, 1);
    const auto verified = engine.verify(a.uuid);
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->grade, Grade::B);
    EXPECT_FALSE(has_finding(verified->findings, FindingKind::NotExclusive));
    host.put("sys/devices/system/cpu/nohz_full", "2-3\n");
    EXPECT_EQ(engine.verify(a.uuid)->grade, Grade::A);
}

TEST_F(PartitionLife, LetsGuestsStopInAnyOrderWithAndWithoutTheirCgroups) {
    start(a, 1);
    EXPECT_EQ(slice("cpuset.cpus.exclusive"), "2-3");
    start(b, 2);
    EXPECT_EQ(slice("cpuset.cpus.exclusive"), "2-3,5");
    ASSERT_TRUE(engine.release(a.uuid));
    EXPECT_EQ(slice("cpuset.cpus.exclusive"), "5");
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "5");
    EXPECT_EQ(vcpu(1, 0, "cpuset.cpus.partition"), "member");
    host.cpuset().remove("/machine.slice/machine-qemu-2.scope");
    ASSERT_TRUE(engine.release(b.uuid));
    EXPECT_EQ(slice("cpuset.cpus.exclusive"), "");
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "");
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(PartitionLife, HandsAPcpuFromOneGuestToTheNextWithinOneTransition) {
    start(a, 1);
    const GuestDomain heir = realtime_guest(3, {3}, IsolationMode::BestEffort);
    const auto threads = run_qemu(heir, 3);
    ASSERT_TRUE(engine.prepare(heir)); // contested: reported, not isolated
    ASSERT_TRUE(engine.started(heir.uuid, threads));
    EXPECT_EQ(vcpu(3, 0, "cpuset.cpus.partition"), "member");
    ASSERT_TRUE(engine.reconcile({heir.uuid, a.uuid}));
    host.end_process(4100, {4110, 4111});
    const auto report = engine.reconcile({heir.uuid});
    ASSERT_TRUE(report);
    EXPECT_EQ(vcpu(1, 1, "cpuset.cpus.partition"), "member");
    EXPECT_EQ(vcpu(3, 0, "cpuset.cpus.partition"), "isolated");
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "3");
}

TEST_F(PartitionLife, SaysWhyTheKernelRefusesAndTriesAgain) {
    host.cpuset().add("/system.slice", "2");
    const auto report = start(a, 1);
    ASSERT_TRUE(has_finding(report.findings, FindingKind::WriteFailed))
        << "machine.slice against system.slice";
    EXPECT_THAT(vcpu(1, 0, "cpuset.cpus.partition"), HasSubstr("isolated invalid ("));
    const auto verified = engine.verify(a.uuid);
    EXPECT_EQ(verified->grade, Grade::C);
    std::string causes;
    for (const auto& finding : verified->findings) {
        causes += finding.kind == FindingKind::NotExclusive ? finding.text : "";
    }
    EXPECT_THAT(causes, HasSubstr("vcpu0/cpuset.cpus.partition reads \"isolated invalid (Invalid cpu list"));
    EXPECT_EQ(host.cpuset().write("/system.slice", "cpuset.cpus", "0-1"), 0);
    ASSERT_TRUE(engine.reconcile({a.uuid}));
    EXPECT_EQ(engine.verify(a.uuid)->grade, Grade::B);
    ASSERT_TRUE(engine.release(a.uuid));
    EXPECT_EQ(vcpu(1, 0, "cpuset.cpus.partition"), "member");
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(PartitionLife, TakesAKernelsChangeOfVerdictForItsOwnWrite) {
    start(a, 1);
    const std::string file = "sys/fs/cgroup" + domain(1) + "/vcpu0/cpuset.cpus.partition";
    host.put(file, "isolated invalid (No cpu available due to hotplug)\n");
    const auto report = engine.reconcile({a.uuid});
    ASSERT_TRUE(report);
    EXPECT_FALSE(has_finding(report->findings, FindingKind::ForeignChange));
    EXPECT_EQ(host.get(file), "isolated");
    ASSERT_TRUE(engine.release(a.uuid));
    EXPECT_EQ(host.get(file), "member");
}

TEST_F(PartitionLife, DissolvesBeforeItAdjustsAndIsolatesAgain) {
    start(a, 1);
    const std::string exclusive = "sys/fs/cgroup" + domain(1) + "/vcpu0/cpuset.cpus.exclusive";
    host.put(exclusive, "\n"); // somebody cleared it
    const auto report = engine.reconcile({a.uuid});
    ASSERT_TRUE(report);
    std::vector<std::string> writes;
    for (const auto& change : report->changes) {
        writes.push_back(change.setting.path.substr(change.setting.path.rfind('/') + 1) + " " + change.after);
    }
    EXPECT_EQ(writes, (std::vector<std::string>{"cpuset.cpus.partition member", "cpuset.cpus.exclusive 2",
                                                "cpuset.cpus.partition isolated"}));
    EXPECT_EQ(vcpu(1, 0, "cpuset.cpus.partition"), "isolated");
    ASSERT_TRUE(engine.release(a.uuid));
    EXPECT_EQ(vcpu(1, 0, "cpuset.cpus.partition"), "member");
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(PartitionLife, FollowsALeaseWhosePinsChanged) {
    start(a, 1);
    a.vcpu_pins[VcpuId{0}] = CpuSet{6};
    ASSERT_TRUE(engine.prepare(a));
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "") << "free to be pinned anew";
    ASSERT_TRUE(engine.started(a.uuid, run_qemu(a, 1)));
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.isolated"), "3,6");
    EXPECT_EQ(vcpu(1, 0, "cpuset.cpus.exclusive"), "6");
}

} // namespace
} // namespace nova_rt::test
