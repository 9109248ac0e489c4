#include "services/status_service.hpp"

#include "unit/status_service/guest_on_node.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class StatusServiceTest : public testing::Test {
protected:
    static StatusOptions options() {
        StatusOptions options;
        options.agent_version = "0.1.0";
        options.nova = {CpuSet{2, 3}, CpuSet{1}};
        return options;
    }

    static const CheckStatus& check(const StatusDocument& status, std::string_view name) {
        static const CheckStatus kNone{"none", CheckState::Fail, {}, "no such check"};
        for (const auto& candidate : status.checks) {
            if (candidate.name == name) {
                return candidate;
            }
        }
        return kNone;
    }

    static const ThreadStatus& vcpu(const StatusDocument& status, unsigned index) {
        static const ThreadStatus kNone;
        for (const auto& thread : status.domains.at(0).threads) {
            if (thread.role == ThreadRole::Vcpu && thread.index == index) {
                return thread;
            }
        }
        return kNone;
    }

    GuestOnNode node_;
    ListedDomains domains_;
    StatusService service_{{.reader = node_.guest.fixture.reader,
                            .lister = node_.guest.fixture.lister,
                            .threads = node_.guest.fixture.threads,
                            .clock = node_.guest.fixture.clock,
                            .inventory = domains_,
                            .engine = node_.engine()},
                           options()};
};

TEST_F(StatusServiceTest, TellsWhatTheKernelSaysAboutARealtimeGuest) {
    node_.call_hook();
    domains_.answer_with_guest();
    const StatusDocument status = service_.refresh();
    ASSERT_THAT(status.domains, SizeIs(1));
    const GuestStatus& guest = status.domains[0];
    EXPECT_EQ(guest.realtime_pcpus, (CpuSet{2, 3}));
    EXPECT_EQ(guest.lease->stage, LeaseStage::Started);
    EXPECT_EQ(guest.grade, Grade::C) << "no partition on the fixture";
    EXPECT_THAT(guest.grade_causes, Contains(HasSubstr("isolated")));
    EXPECT_EQ(vcpu(status, 1).affinity, CpuSet{3});
    EXPECT_EQ(vcpu(status, 1).scheduling, (Scheduling{SchedulingPolicy::Fifo, 1}));
    EXPECT_EQ(status.cpus.at(3).cpu_class, CpuClass::Realtime);
    EXPECT_EQ(status.cpus.at(1).cpu_class, CpuClass::Shared);
    EXPECT_EQ(status.node.hostname, "node-1");
    EXPECT_EQ(status.journal.leases, 1U);
    EXPECT_GT(status.journal.baselines, 0U);
    EXPECT_THAT(status.irqs, SizeIs(2));
    EXPECT_TRUE(service_.has_verified());
}

TEST_F(StatusServiceTest, ChecksPassOnANodeThatKeepsItsPromises) {
    node_.call_hook();
    domains_.answer_with_guest();
    const StatusDocument status = service_.refresh();
    for (const auto& check : status.checks) {
        EXPECT_EQ(check.state, CheckState::Pass) << check.name << ": " << check.output;
    }
    EXPECT_THAT(status.checks, Contains(Field(&CheckStatus::name, "isolation")));
}

TEST_F(StatusServiceTest, RepairsAThreadThatDriftedInTheNextPass) {
    node_.call_hook();
    domains_.answer_with_guest();
    static_cast<void>(service_.refresh());
    ASSERT_TRUE(node_.guest.fixture.threads.set_scheduling(Tid{GuestOnFixture::kFirstVcpu + 1}, {}));
    const StatusDocument status = service_.refresh();
    EXPECT_EQ(vcpu(status, 1).scheduling, (Scheduling{SchedulingPolicy::Fifo, 1}));
    EXPECT_GT(service_.last_keeping().changes, 0U);
}

TEST_F(StatusServiceTest, LooksAtInterruptsWhenThePeriodHasPassed) {
    node_.call_hook();
    domains_.answer_with_guest();
    static_cast<void>(service_.refresh());
    node_.host.put("proc/irq/24/smp_affinity_list", "0-3\n");
    static_cast<void>(service_.refresh());
    EXPECT_EQ(node_.host.irq(24), "0-3") << "a cheap pass reads threads only";
    node_.let_pass(5s);
    static_cast<void>(service_.refresh());
    EXPECT_EQ(node_.host.irq(24), "0-1");
}

TEST_F(StatusServiceTest, TwoPassesOverAnUnchangedNodeSayTheSame) {
    node_.call_hook();
    domains_.answer_with_guest();
    const StatusDocument first = service_.refresh();
    node_.let_pass(6s);
    EXPECT_TRUE(first.says_the_same_as(service_.refresh()));
}

TEST_F(StatusServiceTest, ServesWhatIsKnownWhileLibvirtHangs) {
    EXPECT_EQ(check(service_.refresh(), "libvirt").state, CheckState::Fail);
    EXPECT_FALSE(service_.has_verified()) << "nothing is verified before libvirt has answered once";
    node_.call_hook();
    domains_.answer_with_guest();
    static_cast<void>(service_.refresh());
    domains_.hang();
    const StatusDocument status = service_.refresh();
    EXPECT_THAT(status.domains, SizeIs(1));
    EXPECT_THAT(check(status, "libvirt").output, HasSubstr("has not answered"));
    EXPECT_TRUE(status.domains_as_of);
    EXPECT_EQ(status.domains[0].grade, Grade::C) << "still verified";
}

TEST_F(StatusServiceTest, NamesAGuestForWhichTheHookDidNotFire) {
    domains_.answer_with_guest();
    EXPECT_EQ(service_.refresh().domains.at(0).grade, Grade::F);
    node_.let_pass(3s);
    const StatusDocument status = service_.refresh();
    EXPECT_EQ(check(status, "hook").state, CheckState::Warn);
    EXPECT_THAT(check(status, "hook").output, HasSubstr(guest_uuid(1).to_string()));
    EXPECT_THAT(status.domains.at(0).findings, Contains(Field(&ReportedFinding::kind, "hook_did_not_fire")));
    EXPECT_EQ(status.domains.at(0).grade, Grade::C);
}

TEST_F(StatusServiceTest, KeepsAGuestItCannotReadInView) {
    domains_.answer({{guest_uuid(1), "instance-1", DomainState::Running, false, "<domain"}});
    const StatusDocument status = service_.refresh();
    ASSERT_THAT(status.domains, SizeIs(1));
    EXPECT_THAT(status.domains[0].findings, Contains(Field(&ReportedFinding::kind, "xml_unreadable")));
    EXPECT_EQ(status.domains[0].grade, std::nullopt);
}

TEST_F(StatusServiceTest, ForgetsAGuestThatIsGone) {
    node_.call_hook();
    domains_.answer_with_guest();
    static_cast<void>(service_.refresh());
    node_.end_guest();
    domains_.answer({});
    const StatusDocument status = service_.refresh();
    EXPECT_THAT(status.domains, IsEmpty());
    EXPECT_EQ(status.journal.leases, 0U);
    EXPECT_EQ(status.journal.baselines, 0U);
    EXPECT_EQ(node_.host.irq(24), "0-3");
}

} // namespace
} // namespace nova_rt::test
