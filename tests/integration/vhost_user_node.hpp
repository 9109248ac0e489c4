// A node with OVS-DPDK, as private-ovs-dpdk starts it, and a guest whose ports our translator wrote.
#pragma once

#include "integration/realtime_node.hpp"

#include <string>
#include <vector>

namespace nova_rt::test {

/// Where the guest's ports come from and what its firmware does with them.
enum class PortPattern {
    OvsDpdk, ///< the shipped template for user-space switches: large rings, <reconnect>, shared memory
    Nova,    ///< what Nova writes: nothing of that
};

/// Runs inside private-ovs-dpdk run and private-libvirtd. The switch has two ports: kServerPort is for a QEMU
/// that listens (dpdkvhostuserclient), kClientPort for one that connects (dpdkvhostuser). After each test the
/// hugepages must be as before.
class VhostUserNode : public RealtimeNode {
protected:
    static constexpr const char* kServerPort = "vhu-server";
    static constexpr const char* kClientPort = "vhu-client";

    void SetUp() override;
    void TearDown() override;

    /// What nova-rt define reads: the realtime guest on 2 MiB pages, a port in each mode.
    [[nodiscard]] std::string guest_with_ports(const GuestWish& wish) const;
    /// nova-rt define --start of it, with a network card whose firmware has a virtio driver.
    [[nodiscard]] Finished start_with_ports(const GuestWish& wish, PortPattern pattern) const;
    /// The template with that firmware.
    [[nodiscard]] std::string template_file(PortPattern pattern) const;

    [[nodiscard]] Finished vsctl(std::vector<std::string> arguments) const;
    /// A key of the interface's status ("" when it is missing).
    [[nodiscard]] std::string port_status(const std::string& port, const std::string& key) const;
    /// Connected, and the switch has been told that the driver is ready.
    [[nodiscard]] bool is_ready(const std::string& port) const;
    /// The number a port has in the bridge.
    [[nodiscard]] std::string number_of(const std::string& port) const;
    /// The switch has learned a MAC address behind a port: the guest has sent a frame.
    [[nodiscard]] bool has_sent(const std::string& port) const;
    /// Frames that port `kServerPort` got from ("rx") and gave to ("tx") the guest, as ovs-ofctl counts them;
    /// it has no counters of a port of the client's kind.
    [[nodiscard]] std::string frames() const;
    /// Has the switch give the guest one broadcast frame through a port.
    void send_frame(const std::string& port) const;
    [[nodiscard]] std::string switch_log() const;
    [[nodiscard]] int switch_pid() const;

    [[nodiscard]] std::string socket_of(const std::string& port) const { return directory_ + "/" + port; }

    [[nodiscard]] static int hugepages(const std::string& counter);

    std::string directory_; ///< of private-ovs-dpdk

private:
    int free_before_ = 0;
};

} // namespace nova_rt::test
