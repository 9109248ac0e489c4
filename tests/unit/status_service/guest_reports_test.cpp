// What follows from the guests' XML and the findings about them.
#include "services/check_report.hpp"
#include "services/collision_report.hpp"
#include "services/guest_catalogue.hpp"
#include "services/thread_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kFirst = "11111111-2222-3333-4444-555555555555";
constexpr const char* kSecond = "22222222-2222-3333-4444-555555555555";

GuestDomain pinned_guest(const char* uuid, std::map<VcpuId, CpuSet> pins, const CpuSet& fifo = {}) {
    GuestDomain guest;
    guest.uuid = *DomainUuid::parse(uuid);
    guest.vcpu_pins = std::move(pins);
    for (const unsigned vcpu : fifo) {
        guest.vcpu_scheduling[VcpuId{vcpu}] = {SchedulingPolicy::Fifo, 1};
    }
    return guest;
}

TEST(Collisions, NameBothGuestsAndThePcpu) {
    const auto realtime = pinned_guest(kSecond, {{VcpuId{0}, CpuSet{2}}, {VcpuId{1}, CpuSet{3}}}, CpuSet{1});
    const auto other = pinned_guest(kFirst, {{VcpuId{0}, CpuSet{3}}});
    const auto collisions = find_collisions({realtime, other}, {});
    ASSERT_THAT(collisions, SizeIs(1));
    EXPECT_EQ(collisions[0].pcpus, CpuSet{3});
    EXPECT_EQ(collisions[0].domains[0], other.uuid) << "ascending";
    EXPECT_THAT(collisions[0].message, AllOf(HasSubstr("pCPU 3"), HasSubstr(kFirst), HasSubstr(kSecond)));
}

TEST(Collisions, AnEmulatorOnARealtimePcpuCollides) {
    const auto realtime = pinned_guest(kFirst, {{VcpuId{0}, CpuSet{3}}}, CpuSet{0});
    auto other = pinned_guest(kSecond, {});
    other.emulator_pins = CpuSet{0, 3};
    EXPECT_THAT(find_collisions({realtime, other}, {}), SizeIs(1));
}

TEST(Collisions, SharingWithoutARealtimeVcpuIsNone) {
    const auto first = pinned_guest(kFirst, {{VcpuId{0}, CpuSet{2}}, {VcpuId{1}, CpuSet{3}}}, CpuSet{1});
    const auto second = pinned_guest(kSecond, {{VcpuId{0}, CpuSet{2}}});
    EXPECT_THAT(find_collisions({first, second}, {}), IsEmpty());
    EXPECT_THAT(find_collisions({}, {}), IsEmpty());
}

TEST(Collisions, ASwitchThatPollsARealtimePcpuIsOneAndIsNamed) {
    const auto guest = pinned_guest(kFirst, {{VcpuId{0}, CpuSet{2}}, {VcpuId{1}, CpuSet{3}}}, CpuSet{1});
    const PmdThread on_two{PcpuId{2}, Tid{76}, Pid{70}, "pmd-c02/id:8", "ovs-vswitchd"};
    const PmdThread on_three{PcpuId{3}, Tid{77}, Pid{70}, "pmd-c03/id:9", "ovs-vswitchd"};
    EXPECT_THAT(find_collisions({guest}, {on_two}), IsEmpty()) << "vCPU 0 is not realtime";
    const auto collisions = find_collisions({guest}, {on_two, on_three});
    ASSERT_THAT(collisions, SizeIs(1));
    EXPECT_EQ(collisions[0].pcpus, CpuSet{3});
    EXPECT_THAT(collisions[0].domains, testing::ElementsAre(guest.uuid));
    EXPECT_THAT(collisions[0].message, AllOf(HasSubstr(kFirst), HasSubstr("pmd-c03/id:9")));
}

DomainSnapshot snapshot_of(const std::string& xml) {
    DomainSnapshot snapshot;
    snapshot.domains = {{*DomainUuid::parse(kFirst), "instance-1", DomainState::Running, false, xml}};
    return snapshot;
}

std::string xml_with(const std::string& uuid, const std::string& inside) {
    return "<domain type='kvm'><name>instance-1</name><uuid>" + uuid + "</uuid><vcpu>2</vcpu>" + inside +
           "</domain>";
}

TEST(GuestCatalogue, FollowsChangesOfTheXml) {
    GuestCatalogue catalogue;
    EXPECT_FALSE(catalogue.update(snapshot_of(xml_with(kFirst, ""))).at(0).guest.is_realtime());
    const auto& known = catalogue.update(snapshot_of(xml_with(
        kFirst, "<cputune><vcpupin vcpu='1' cpuset='3'/><vcpusched vcpus='1' scheduler='fifo' priority='1'/>"
                "</cputune>")));
    EXPECT_EQ(known.at(0).guest.realtime_pcpus(), CpuSet{3});
    EXPECT_THAT(catalogue.update({}), IsEmpty());
}

TEST(GuestCatalogue, KeepsAGuestWhoseXmlCannotBeUsed) {
    GuestCatalogue catalogue;
    for (const std::string& xml : {std::string("<domain"), std::string(), xml_with(kSecond, "")}) {
        const auto& known = catalogue.update(snapshot_of(xml));
        ASSERT_THAT(known, SizeIs(1));
        EXPECT_EQ(known[0].guest.uuid.to_string(), kFirst);
        EXPECT_FALSE(known[0].problem.empty()) << xml;
    }
}

TEST(ThreadReport, FindingsGoToTheThreadTheyAreAbout) {
    GuestStatus guest;
    ThreadStatus vcpu;
    vcpu.tid = Tid{11};
    vcpu.role = ThreadRole::Vcpu;
    vcpu.index = 1;
    ThreadStatus helper;
    helper.tid = Tid{12};
    guest.threads = {vcpu, helper};
    const auto finding = [](std::string subject) {
        return Finding{.kind = FindingKind::AffinityWrong,
                       .severity = Finding::Severity::Error,
                       .subject = std::move(subject),
                       .text = "t",
                       .guest = {}};
    };
    attach_findings(guest, {finding("vCPU 1"), finding("thread 12 (\"IO mon\")"), finding("thread 1 (\"x\")"),
                            finding("vCPU 11"), finding("pCPUs 3")});
    EXPECT_THAT(guest.threads[0].findings, SizeIs(1));
    EXPECT_THAT(guest.threads[1].findings, SizeIs(1));
    EXPECT_THAT(guest.findings, SizeIs(3));
    EXPECT_EQ(guest.findings[0].kind, "affinity_wrong");
    EXPECT_EQ(guest.findings[0].severity, CheckState::Fail);
}

TEST(CheckReport, TheWorstOfANameCounts) {
    CheckReport report(TimePoint{});
    report.add("irq", CheckState::Warn, "first");
    report.add("irq", CheckState::Fail, "second");
    report.pass("irq");
    report.add({.name = "hook",
                .state = CheckState::Fail,
                .expected = "a file",
                .seen = "none",
                .fix = "install it"});
    const auto checks = report.take();
    ASSERT_THAT(checks, SizeIs(2));
    EXPECT_EQ(checks[0].name, "hook");
    EXPECT_EQ(checks[0].output, "none; expected a file; fix: install it");
    EXPECT_EQ(checks[1].state, CheckState::Fail);
    EXPECT_EQ(checks[1].output, "first | second");
}

TEST(CheckReport, OutputIsBounded) {
    CheckReport report(TimePoint{});
    for (int i = 0; i < 1000; ++i) {
        report.add("isolation", CheckState::Fail, std::string(100, 'x'));
    }
    EXPECT_LT(report.take().at(0).output.size(), 3000U);
}

CheckStatus libvirt_check(const DomainSnapshot& snapshot, TimePoint now) {
    CheckReport report(now);
    check_libvirt(snapshot, now, report);
    return report.take().at(0);
}

TEST(CheckReport, AHungLibvirtIsReportedWithTheAgeOfWhatIsKnown) {
    DomainSnapshot snapshot;
    EXPECT_EQ(libvirt_check(snapshot, TimePoint{}).state, CheckState::Fail);
    snapshot.connected = true;
    snapshot.as_of = TimePoint{};
    EXPECT_EQ(libvirt_check(snapshot, TimePoint{}).state, CheckState::Pass);
    snapshot.error = "libvirt has not answered for more than 20 s";
    const auto check = libvirt_check(snapshot, TimePoint{} + std::chrono::seconds(27));
    EXPECT_EQ(check.state, CheckState::Fail);
    EXPECT_THAT(check.output, AllOf(HasSubstr("not answered"), HasSubstr("more than 20 s ago")));
}

} // namespace
} // namespace nova_rt
