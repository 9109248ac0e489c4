// The PMD threads of a real OVS-DPDK as owners of their pCPUs, and ports whose socket is not there.
#include "base/text.hpp"
#include "support/background_process.hpp"

#include "integration/vhost_user_node.hpp"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <optional>

namespace nova_rt::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SwitchOwner : public VhostUserNode {
protected:
    /// The switch's only PMD thread; none while there is not exactly one.
    [[nodiscard]] std::optional<SeenThread> pmd() const {
        auto threads = threads_of(switch_pid());
        std::erase_if(threads, [](const SeenThread& thread) { return !thread.comm.starts_with("pmd-"); });
        return threads.size() == 1 ? std::optional(threads.front()) : std::nullopt;
    }

    /// As an operator would; the switch makes a new thread.
    void move_pmd_to(unsigned pcpu) {
        const auto mask = CpuSet{pcpu}.to_mask();
        ASSERT_EQ(vsctl({"set", "Open_vSwitch", ".", "other_config:pmd-cpu-mask=0x" + mask}).status, 0);
        ASSERT_TRUE(eventually([&] {
            const auto thread = pmd();
            return thread && thread->affinity == CpuSet{pcpu};
        })) << switch_log();
    }
};

TEST_F(SwitchOwner, DoctorNamesThePcpuAndItsPmdThread) {
    ASSERT_TRUE(eventually([this] { return pmd().has_value(); }));
    const auto thread = *pmd();
    EXPECT_EQ(thread.affinity, CpuSet{0});
    const auto doctor = nova_rt({"doctor"});
    EXPECT_THAT(doctor.out, HasSubstr("pCPUs 0: \"" + thread.comm + "\" of \"ovs-vswitchd-dpdk\" (thread " +
                                      std::to_string(thread.tid) + ")"));
}

TEST_F(SwitchOwner, AGuestThatInsistsIsRefusedOnAPolledPcpu) {
    move_pmd_to(realtime_pcpu_);
    const auto thread = pmd();
    ASSERT_TRUE(thread);
    const auto refused = start_with_ports({.isolation = "required"}, PortPattern::OvsDpdk);
    EXPECT_NE(refused.status, 0);
    EXPECT_THAT(refused.err, AllOf(HasSubstr(thread->comm), HasSubstr("pmd-cpu-mask")));
    EXPECT_EQ(state("nova-rt-a"), "") << "a guest that could not start is not left defined";
    EXPECT_EQ(host_settings(), baseline_);
    move_pmd_to(0);
    const auto started = start_with_ports({.isolation = "required"}, PortPattern::OvsDpdk);
    EXPECT_EQ(started.status, 0) << started.err;
}

TEST_F(SwitchOwner, AGuestThatDoesNotInsistCollidesByNameAndTheThreadStays) {
    move_pmd_to(realtime_pcpu_);
    const auto before = pmd();
    ASSERT_TRUE(before);
    const BackgroundProcess agent(std::vector<std::string>{NOVA_RT_BINARY_DIR "/stage/sbin/nova-rt-agent"});
    const auto started = start_with_ports({.isolation = "best_effort"}, PortPattern::OvsDpdk);
    ASSERT_EQ(started.status, 0) << started.err;
    expect_isolated("nova-rt-a");

    const auto doctor = nova_rt({"doctor"});
    EXPECT_EQ(doctor.status, 1) << "a check failed";
    EXPECT_THAT(doctor.out, AllOf(HasSubstr("is polled by \"" + before->comm), HasSubstr("nova-rt-a")));
    EXPECT_TRUE(eventually([&] {
        const auto map = nova_rt({"status"}).out;
        return map.find("COLLISION on pCPUs " + std::to_string(realtime_pcpu_)) != std::string::npos &&
               map.find("; \"" + before->comm) != std::string::npos;
    })) << nova_rt({"status"}).out;

    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    EXPECT_TRUE(eventually([&] {
        const auto shown = nova_rt({"status", "--json"});
        const auto cpus = nlohmann::json::parse(shown.out).at("cpus");
        return cpus.at(realtime_pcpu_).at("class") == "pmd";
    })) << "without the guest the pCPU is the switch's";
    const auto after = pmd();
    ASSERT_TRUE(after);
    EXPECT_EQ(after->tid, before->tid);
    EXPECT_EQ(after->affinity, before->affinity) << "nova-rt moves no thread of a switch";
    EXPECT_EQ(after->scheduling, before->scheduling);
}

TEST_F(SwitchOwner, APortWithoutItsSocketIsRefusedByNameBeforeLibvirtIsAsked) {
    ASSERT_EQ(vsctl({"del-port", "br0", kClientPort}).status, 0);
    ASSERT_TRUE(eventually([this] { return ::access(socket_of(kClientPort).c_str(), F_OK) != 0; }));
    const auto refused = start_with_ports({}, PortPattern::OvsDpdk);
    EXPECT_EQ(refused.status, 3) << refused.err;
    EXPECT_THAT(refused.err, AllOf(HasSubstr(socket_of(kClientPort)), HasSubstr("does not exist"),
                                   HasSubstr("type=dpdkvhostuser"), Not(HasSubstr("qemu-system"))));
    EXPECT_EQ(state("nova-rt-a"), "");

    // Without <reconnect>: with it QEMU does not fail but waits in its start, and libvirt with it.
    const auto defined =
        nova_rt({"define", "--template", template_file(PortPattern::Nova)}, guest_with_ports({}));
    EXPECT_EQ(defined.status, 0) << defined.err;
    EXPECT_THAT(defined.err, AllOf(HasSubstr("warning"), HasSubstr(socket_of(kClientPort))));
    EXPECT_EQ(state("nova-rt-a"), "shut off");
    const auto started = virsh({"start", "nova-rt-a"});
    EXPECT_EQ(started.status, 1) << started.err;
    EXPECT_THAT(started.err, HasSubstr(socket_of(kClientPort))) << "libvirt agrees";
}

} // namespace
} // namespace nova_rt::test
