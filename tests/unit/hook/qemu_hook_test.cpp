#include "qemu/qemu_hook.hpp"

#include "support/guest_on_fixture.hpp"
#include "support/hook_xml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace nova_rt::test {
namespace {

struct QemuHookTest : testing::Test {
    QemuHookTest() { host.add_irq(24, "0-3"); }

    HookResult run(HookOperation operation, const std::string& xml, FaultPlan faults = {}) const {
        EngineOnFixture fixture(host, faults);
        return QemuHook(fixture.engine, fixture.reader, "run/libvirt/qemu")
            .run({.operation = operation, .xml = xml});
    }

    void start_qemu() {
        guest.add({.comm = "kvm-nx-lpage-re", .affinity = {2}, .scheduling = {SchedulingPolicy::Fifo, 1}},
                  "vcpu0");
        guest.start();
        host.put("run/libvirt/qemu/instance-00000001.xml",
                 status_xml(GuestOnFixture::kQemu, GuestOnFixture::kFirstVcpu));
        host.put("run/libvirt/qemu/other.xml", "<domstatus/>");
        host.put("run/libvirt/qemu/instance-00000001.pid", "4000");
    }

    FixtureHost host;
    GuestOnFixture guest{host};
};

TEST_F(QemuHookTest, IsolatesAndGivesBackOverAGuestsLife) {
    start_qemu();
    const auto before = host.snapshot();
    EXPECT_EQ(run(HookOperation::Prepare, hook_xml("required")).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-1");
    EXPECT_EQ(run(HookOperation::Start, hook_xml("required")).exit_status, 0);
    const auto started = run(HookOperation::Started, hook_xml("required"));
    EXPECT_EQ(started.exit_status, 0) << testing::PrintToString(started.messages);
    EXPECT_EQ(host.get("proc/4001/fixture_affinity"), "0");
    EXPECT_EQ(run(HookOperation::Stopped, hook_xml("required")).exit_status, 0);
    EXPECT_EQ(run(HookOperation::Release, hook_xml("required")).exit_status, 0);
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(QemuHookTest, RefusesOnlyAStartOfARequiredGuest) {
    const FaultPlan broken{.fail_from = 1, .fail_count = 1000, .fail_errno = ENOSPC};
    for (const auto operation : {HookOperation::Prepare, HookOperation::Start}) {
        EXPECT_EQ(run(operation, hook_xml("required"), broken).exit_status, 1);
        EXPECT_EQ(run(operation, hook_xml("best_effort"), broken).exit_status, 0);
        EXPECT_EQ(run(operation, hook_xml(""), broken).exit_status, 0);
    }
    for (const auto operation : {HookOperation::Stopped, HookOperation::Release, HookOperation::Reconnect}) {
        EXPECT_EQ(run(operation, hook_xml("required"), broken).exit_status, 0);
    }
}

TEST_F(QemuHookTest, SaysWhyItRefuses) {
    const auto refused =
        run(HookOperation::Prepare, hook_xml("required"), {.fail_from = 3, .fail_errno = ENOSPC});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_THAT(refused.messages, testing::ElementsAre(testing::HasSubstr("ENOSPC")));
}

TEST_F(QemuHookTest, KeepsAGuestThatCannotBeFoundAtStarted) {
    ASSERT_EQ(run(HookOperation::Prepare, hook_xml("required")).exit_status, 0);
    const auto started = run(HookOperation::Started, hook_xml("required"));
    EXPECT_EQ(started.exit_status, 0) << "what is in force is unknown";
    EXPECT_THAT(started.messages, testing::ElementsAre(testing::HasSubstr("run/libvirt/qemu")));
}

TEST_F(QemuHookTest, AdoptsARunningGuestAtReconnect) {
    start_qemu();
    EXPECT_EQ(run(HookOperation::Reconnect, hook_xml("required")).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-1");
    EXPECT_EQ(host.get("proc/4001/fixture_affinity"), "0");
    const auto state = host.state_snapshot();
    EXPECT_EQ(run(HookOperation::Reconnect, hook_xml("required")).exit_status, 0);
    EXPECT_EQ(host.state_snapshot(), state) << "a second time";
}

TEST_F(QemuHookTest, RefusesUnreadableXmlOnlyWhenItClearlySaysRequired) {
    const std::string cut_off = hook_xml("required").substr(0, 700);
    ASSERT_TRUE(is_clearly_required(cut_off));
    EXPECT_EQ(run(HookOperation::Prepare, cut_off).exit_status, 1);
    EXPECT_EQ(run(HookOperation::Started, cut_off).exit_status, 0);
    EXPECT_EQ(run(HookOperation::Reconnect, cut_off).exit_status, 0);
    EXPECT_EQ(run(HookOperation::Prepare, hook_xml("").substr(0, 600)).exit_status, 0);
    const std::string doctype = "<!DOCTYPE d [<!ENTITY e 'x'>]>" + hook_xml("best_effort");
    EXPECT_EQ(run(HookOperation::Prepare, doctype).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-3");
}

TEST_F(QemuHookTest, ReleasesAGuestWhoseXmlCannotBeRead) {
    ASSERT_EQ(run(HookOperation::Prepare, hook_xml("required")).exit_status, 0);
    EXPECT_EQ(run(HookOperation::Release, hook_xml("required").substr(0, 700)).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-3");
}

TEST_F(QemuHookTest, UsesNoNameAsAPath) {
    const std::string xml = hook_xml("required", "2", "3", "../../x");
    EXPECT_EQ(run(HookOperation::Prepare, xml).exit_status, 0);
    EXPECT_EQ(host.irq(24), "0-1");
    EXPECT_EQ(run(HookOperation::Release, xml).exit_status, 0);
    EXPECT_TRUE(host.state_snapshot().empty());
}

TEST_F(QemuHookTest, DoesNothingAtOperationsItDoesNotKnow) {
    EXPECT_EQ(run(HookOperation::Other, hook_xml("required")).exit_status, 0);
    EXPECT_TRUE(host.state_snapshot().empty());
}

} // namespace
} // namespace nova_rt::test
