// A running realtime guest on a fixture host: two SCHED_FIFO vCPUs on pCPUs 2 and 3, emulator on pCPU 0.
#pragma once

#include "knobs/knob.hpp"
#include "model/lease.hpp"
#include "support/engine_fixture.hpp"

#include <string>
#include <vector>

namespace nova_rt::test {

struct HelperThread {
    std::string comm;
    CpuSet affinity;
    Scheduling scheduling;
};

struct GuestOnFixture {
    static constexpr int kQemu = 4000;
    static constexpr int kFirstVcpu = 4010;

    explicit GuestOnFixture(const FixtureHost& fixture_host)
        : host(fixture_host), fixture(fixture_host), lease(lease_for(domain)) {
        lease.stage = LeaseStage::Started;
        lease.threads = known_threads();
        lease.threads->start_time = 1000 + kQemu;
    }

    /// As libvirt's status file has it.
    [[nodiscard]] static GuestThreads known_threads() {
        return {.qemu = Pid{kQemu},
                .vcpus = {{VcpuId{0}, Tid{kFirstVcpu}}, {VcpuId{1}, Tid{kFirstVcpu + 1}}},
                .disputed = {}};
    }

    /// The helpers have thread ids 4001, 4002, ...
    void add(const HelperThread& thread, const std::string& cgroup) {
        helpers.push_back({.tid = kQemu + 1 + static_cast<int>(helpers.size()),
                           .comm = thread.comm,
                           .affinity = thread.affinity,
                           .scheduling = thread.scheduling,
                           .cgroup = domain_cgroup + "/" + cgroup});
    }

    void start() {
        std::vector<FixtureThread> threads = {{.tid = kQemu,
                                               .comm = "qemu-system-x86",
                                               .affinity = CpuSet{0},
                                               .scheduling = {},
                                               .cgroup = main_cgroup}};
        for (const unsigned vcpu : {0U, 1U}) {
            threads.push_back({.tid = kFirstVcpu + static_cast<int>(vcpu),
                               .comm = "CPU " + std::to_string(vcpu) + "/KVM",
                               .affinity = CpuSet{2 + vcpu},
                               .scheduling = vcpu_scheduling,
                               .cgroup = domain_cgroup + "/vcpu" + std::to_string(vcpu)});
        }
        threads.insert(threads.end(), helpers.begin(), helpers.end());
        host.add_process(kQemu, threads);
    }

    [[nodiscard]] HostView view() const {
        return {.files = fixture.reader, .threads = fixture.threads, .lister = fixture.lister};
    }

    const FixtureHost& host;
    EngineOnFixture fixture;
    GuestDomain domain = realtime_guest(1, {2, 3});
    Lease lease;
    std::string domain_cgroup = "/machine/qemu-1-a.libvirt-qemu";
    std::string main_cgroup = domain_cgroup + "/emulator";
    Scheduling vcpu_scheduling{.policy = SchedulingPolicy::Fifo, .priority = 1};
    std::vector<FixtureThread> helpers;
};

} // namespace nova_rt::test
