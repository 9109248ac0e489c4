// A status document with something in every field, for tests that pass documents around.
#pragma once

#include "model/status.hpp"

namespace nova_rt::test {

inline constexpr const char* kRealtimeUuid = "11111111-2222-3333-4444-555555555555";
inline constexpr const char* kOrdinaryUuid = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

inline TimePoint sample_time() {
    return *from_iso8601("2026-11-22T00:30:00.123Z");
}

inline GuestStatus sample_realtime_domain() {
    GuestStatus domain;
    domain.uuid = *DomainUuid::parse(kRealtimeUuid);
    domain.name = "instance-0000002a";
    domain.state = DomainState::Running;
    domain.vcpu_count = 2;
    domain.realtime_vcpus = CpuSet{1};
    domain.realtime_pcpus = CpuSet{3};
    domain.vcpu_pins = {{VcpuId{0}, CpuSet{2}}, {VcpuId{1}, CpuSet{3}}};
    domain.policy = {IsolationMode::Required, Grade::B};
    domain.lease = LeaseStatus{LeaseStage::Started, CpuSet{3}};
    domain.grade = Grade::C;
    domain.grade_causes = {"pCPU 3 is in no isolated partition"};
    ThreadStatus vcpu;
    vcpu.tid = Tid{4711};
    vcpu.role = ThreadRole::Vcpu;
    vcpu.index = 1;
    vcpu.comm = "CPU 1/KVM";
    vcpu.affinity = CpuSet{3};
    vcpu.scheduling = {SchedulingPolicy::Fifo, 1};
    vcpu.findings = {{"affinity_wrong", CheckState::Fail, "vcpu 1", "expected 3, seen 2-3"}};
    domain.threads = {vcpu};
    domain.findings = {{"realtime_throttling", CheckState::Warn, "kernel", "throttling can hit"}};
    return domain;
}

inline StatusDocument sample_status() {
    StatusDocument status;
    status.generation = 42;
    status.generated_at = sample_time();
    status.domains_as_of = sample_time();
    status.node = {"node-1", "0f0e0d0c-0000-4000-8000-000000000000", "6.1.0-rt", "0.1.0"};
    status.nova = {CpuSet{2, 3}, CpuSet{1}};
    for (unsigned id = 0; id < 4; ++id) {
        CpuStatus cpu;
        cpu.id = PcpuId{id};
        cpu.package = 0;
        cpu.core = id / 2;
        cpu.siblings = CpuSet::range(id / 2 * 2, id / 2 * 2 + 1);
        cpu.cell = HostCellId{0};
        cpu.cpu_class = id == 3   ? CpuClass::Realtime
                        : id == 2 ? CpuClass::Dedicated
                        : id == 1 ? CpuClass::Shared
                                  : CpuClass::Housekeeping;
        status.cpus.push_back(cpu);
    }
    status.cpus[3].guest = DomainUuid::parse(kRealtimeUuid).value();
    status.cpus[3].vcpu = VcpuId{1};
    status.pmds = {{PcpuId{0}, Tid{701}, Pid{700}, "pmd-c00/id:8", "ovs-vswitchd"}};
    GuestStatus ordinary;
    ordinary.uuid = *DomainUuid::parse(kOrdinaryUuid);
    ordinary.name = "instance-0000002b";
    ordinary.state = DomainState::Paused;
    ordinary.vcpu_count = 1;
    status.domains = {sample_realtime_domain(), ordinary};
    status.irqs = {{PcpuId{3}, {{IrqNumber{24}, "eth0-rx"}}, {{IrqNumber{0}, "timer"}}}};
    status.collisions = {{CpuSet{3}, {ordinary.uuid}, "both want pCPU 3"}};
    status.checks = {{"isolation", CheckState::Warn, sample_time(), "1 guest below its grade"},
                     {"libvirt", CheckState::Pass, sample_time(), ""}};
    status.journal = {1, 7, 0, std::nullopt};
    return status;
}

} // namespace nova_rt::test
