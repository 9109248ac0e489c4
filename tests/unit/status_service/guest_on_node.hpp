// A realtime guest as the agent meets it: in libvirt's list, in its status file, and in /proc.
#pragma once

#include "ports/domain_inventory.hpp"
#include "support/guest_on_fixture.hpp"

#include <memory>
#include <string>

namespace nova_rt::test {

inline constexpr const char* kStatusFile = "run/libvirt/qemu/instance-1.xml";

/// The guest of GuestOnFixture in libvirt's words.
inline std::string guest_xml() {
    return "<domain type='kvm' id='1'><name>instance-1</name><uuid>" + guest_uuid(1).to_string() +
           "</uuid><memory>1048576</memory><vcpu>2</vcpu><cputune>"
           "<vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/><emulatorpin cpuset='0'/>"
           "<vcpusched vcpus='0-1' scheduler='fifo' priority='1'/></cputune></domain>";
}

/// libvirt's list, as a test writes it.
class ListedDomains final : public DomainInventory {
public:
    [[nodiscard]] std::shared_ptr<const DomainSnapshot> snapshot() const override { return current; }

    /// libvirt answers with the guest, or without any.
    void answer_with_guest(bool starting = false) {
        answer({{guest_uuid(1), "instance-1", DomainState::Running, starting, guest_xml()}});
    }

    void answer(std::vector<DomainRecord> domains) {
        auto next = std::make_shared<DomainSnapshot>();
        next->sequence = current->sequence + 1;
        next->as_of = std::chrono::system_clock::time_point(std::chrono::seconds(1));
        next->connected = true;
        next->domains = std::move(domains);
        current = std::move(next);
    }

    /// libvirt stops answering: the domains stay what they were.
    void hang() {
        auto next = std::make_shared<DomainSnapshot>(*current);
        next->error = "libvirt has not answered for more than 5 s";
        current = std::move(next);
    }

    std::shared_ptr<const DomainSnapshot> current = std::make_shared<DomainSnapshot>();
};

/// The host with the guest running on it; the hook has not been called.
struct GuestOnNode {
    GuestOnNode() : guest(host) {
        host.add_irq(24, "0-3");
        host.put("sys/devices/system/cpu/present", "0-3\n");
        host.put("proc/sys/kernel/hostname", "node-1\n");
        guest.start();
        host.put(kStatusFile, "<domstatus state='running' reason='booted' pid='" +
                                  std::to_string(GuestOnFixture::kQemu) + "'><vcpus><vcpu id='0' pid='" +
                                  std::to_string(GuestOnFixture::kFirstVcpu) + "'/><vcpu id='1' pid='" +
                                  std::to_string(GuestOnFixture::kFirstVcpu + 1) + "'/></vcpus>" +
                                  guest_xml() + "</domstatus>");
    }

    /// What the hook would have done.
    void call_hook() {
        GuestDomain domain = guest.domain;
        domain.policy.mode = IsolationMode::BestEffort;
        ASSERT_TRUE(engine().prepare(domain));
        ASSERT_TRUE(engine().started(domain.uuid, GuestOnFixture::known_threads()));
    }

    void end_guest() const {
        host.end_process(GuestOnFixture::kQemu, {GuestOnFixture::kFirstVcpu, GuestOnFixture::kFirstVcpu + 1});
        host.erase(kStatusFile);
    }

    void let_pass(std::chrono::seconds time) { guest.fixture.clock.seconds += time; }

    [[nodiscard]] IsolationEngine& engine() { return guest.fixture.engine; }

    FixtureHost host;
    GuestOnFixture guest;
};

} // namespace nova_rt::test
