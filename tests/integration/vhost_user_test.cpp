// A guest we translated, on a real OVS-DPDK, in both vhost-user modes.
#include "base/text.hpp"

#include "integration/vhost_user_node.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

namespace nova_rt::test {
namespace {

using VhostUser = VhostUserNode;

constexpr std::uint64_t kMultiqueue = 1U << 22U;       // VIRTIO_NET_F_MQ
constexpr std::uint64_t kMergeableBuffers = 1U << 15U; // VIRTIO_NET_F_MRG_RXBUF
constexpr int kGuestPages = 64;                        // 128 MiB

/// The inodes of the guest memory that a process has mapped shared.
std::set<std::string> guest_memory(int pid) {
    std::set<std::string> inodes;
    std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
    for (std::string line; std::getline(maps, line);) {
        std::vector<std::string> fields;
        for (const auto field : split(line, ' ')) {
            if (!field.empty()) {
                fields.emplace_back(field);
            }
        }
        if (fields.size() > 5 && fields[1] == "rw-s" && fields[5] == "/memfd:memory-backend-memfd") {
            inodes.insert(fields[4]);
        }
    }
    return inodes;
}

std::uint64_t features_of(const std::string& text) {
    return std::strtoull(text.c_str(), nullptr, 16);
}

TEST_F(VhostUser, CarriesFramesOfATranslatedGuestInBothModes) {
    const int free = hugepages("free_hugepages");
    const auto started = start_with_ports({}, PortPattern::OvsDpdk);
    ASSERT_EQ(started.status, 0) << started.err;
    EXPECT_EQ(free - hugepages("free_hugepages"), kGuestPages) << "the guest is on hugepages";
    for (const char* port : {kServerPort, kClientPort}) {
        SCOPED_TRACE(port);
        ASSERT_TRUE(eventually([&] { return is_ready(port); })) << switch_log();
        EXPECT_EQ(port_status(port, "mode"), port == kServerPort ? "client" : "server")
            << "the switch's side";
        EXPECT_EQ(port_status(port, "socket"), socket_of(port));
        EXPECT_EQ(port_status(port, "num_of_vrings"), "2") << "Nova gives an emulated guest one queue pair";
        EXPECT_EQ(port_status(port, "vring_0_size"), "1024") << "the template's ring size";
        const auto features = features_of(port_status(port, "features"));
        EXPECT_EQ(features & kMergeableBuffers, kMergeableBuffers);
        EXPECT_EQ(features & kMultiqueue, 0U);
    }
    const auto guest = guest_memory(qemu_pid("nova-rt-a"));
    EXPECT_EQ(guest.size(), 1U);
    EXPECT_EQ(guest_memory(switch_pid()), guest) << "the switch has mapped the guest's own pages";
    for (const char* port : {kServerPort, kClientPort}) {
        EXPECT_TRUE(eventually([&] { return has_sent(port); })) << port;
    }
    EXPECT_NE(frames().find("rx pkts=1,"), std::string::npos) << frames();
    // A frame is dropped as long as the switch does not serve the guest's queue yet: send until one arrives.
    EXPECT_TRUE(eventually([&] {
        send_frame(kServerPort);
        return frames().find("tx pkts=0,") == std::string::npos;
    })) << frames();
    expect_isolated("nova-rt-a");

    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    EXPECT_TRUE(eventually([&] { return port_status(kServerPort, "status") == "disconnected"; }));
    EXPECT_TRUE(guest_memory(switch_pid()).empty()) << "the switch keeps none of the guest's pages";
}

TEST_F(VhostUser, NegotiatesEveryQueuePairOfAKvmGuest) {
    if (::access("/dev/kvm", R_OK | W_OK) != 0) {
        GTEST_SKIP() << "SKIP no-kvm: /dev/kvm cannot be opened";
    }
    const auto started = start_with_ports({.virt_type = "kvm"}, PortPattern::OvsDpdk);
    ASSERT_EQ(started.status, 0) << started.err;
    for (const char* port : {kServerPort, kClientPort}) {
        SCOPED_TRACE(port);
        ASSERT_TRUE(eventually([&] { return is_ready(port); })) << switch_log();
        EXPECT_EQ(port_status(port, "num_of_vrings"), "4") << "hw:vif_multiqueue_enabled with two vCPUs";
        EXPECT_EQ(features_of(port_status(port, "features")) & kMultiqueue, kMultiqueue);
        EXPECT_TRUE(eventually([&] {
            return switch_log().find("State of queue 3 ( rx_qid 1 ) of vhost device '" + socket_of(port) +
                                     "' changed to 'enabled'") != std::string::npos;
        })) << "the driver asked for the second pair over the control queue";
    }
    expect_isolated("nova-rt-a");
}

TEST_F(VhostUser, PortsComeBackWhenTheSwitchIsRestarted) {
    ASSERT_EQ(start_with_ports({}, PortPattern::OvsDpdk).status, 0);
    ASSERT_TRUE(eventually([this] { return is_ready(kServerPort) && is_ready(kClientPort); }))
        << switch_log();
    const int qemu = qemu_pid("nova-rt-a");
    const int former = switch_pid();
    ASSERT_EQ(::truncate((directory_ + "/vswitchd.log").c_str(), 0), 0);
    ASSERT_EQ(
        run({NOVA_RT_SOURCE_DIR "/deploy/scripts/private-ovs-dpdk", "restart", "--dir", directory_}).status,
        0);
    ASSERT_NE(switch_pid(), former);
    for (const char* port : {kServerPort, kClientPort}) {
        EXPECT_TRUE(eventually([&] { return is_ready(port); })) << port << '\n' << switch_log();
    }
    EXPECT_EQ(guest_memory(switch_pid()), guest_memory(qemu));
    EXPECT_EQ(qemu_pid("nova-rt-a"), qemu) << "the guest never noticed";
    EXPECT_EQ(state("nova-rt-a"), "running");
    expect_isolated("nova-rt-a");
}

TEST_F(VhostUser, WithoutReconnectAGuestThatConnectsLosesItsPort) {
    ASSERT_EQ(start_with_ports({}, PortPattern::Nova).status, 0);
    ASSERT_TRUE(eventually([this] { return is_ready(kServerPort) && is_ready(kClientPort); }))
        << switch_log();
    ASSERT_EQ(::truncate((directory_ + "/vswitchd.log").c_str(), 0), 0);
    ASSERT_EQ(
        run({NOVA_RT_SOURCE_DIR "/deploy/scripts/private-ovs-dpdk", "restart", "--dir", directory_}).status,
        0);
    EXPECT_TRUE(eventually([this] { return is_ready(kServerPort); }))
        << "the switch connects again by itself";
    EXPECT_EQ(port_status(kClientPort, "status"), "disconnected") << "Nova writes no <reconnect>";
    EXPECT_EQ(state("nova-rt-a"), "running");
}

} // namespace
} // namespace nova_rt::test
