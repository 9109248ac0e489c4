#include "isolation/grading.hpp"

#include "base/text.hpp"
#include "knobs/realtime_bandwidth.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

constexpr std::array kPartitionFiles = {"sys/fs/cgroup/cpuset.cpus.isolated",
                                        "sys/fs/cgroup/unified/cpuset.cpus.isolated"};
/// Exists when the kernel has CONFIG_RT_GROUP_SCHED and version 1 of the cpu controller is mounted.
constexpr const char* kGroupThrottleFile = "sys/fs/cgroup/cpu/cpu.rt_runtime_us";

CpuSet read_cpus(const HostReader& files, const std::string& path) {
    const auto text = files.read(path);
    const auto cpus = text ? CpuSet::from_cpulist(*text) : Result<CpuSet>(CpuSet());
    return cpus ? *cpus : CpuSet();
}

/// A kernel that does not say its version is taken for an old one.
bool may_throttle(const HostReader& files) {
    const auto runtime = files.read("proc/sys/kernel/sched_rt_runtime_us");
    const auto version = kernel_version(files);
    const bool global = !version || *version < kFairServerKernel;
    return runtime && *runtime != "-1" && (global || files.exists(kGroupThrottleFile));
}

Finding finding(const Lease& guest, FindingKind kind, const CpuSet& pcpus, std::string text) {
    return Finding{.kind = kind,
                   .severity = Finding::Severity::Warning,
                   .subject = "pCPUs " + pcpus.to_cpulist(),
                   .text = std::move(text),
                   .guest = guest.uuid};
}

void add_sibling_findings(const Lease& guest, const std::vector<Lease>& others, const KernelFacts& facts,
                          std::vector<Finding>& findings) {
    CpuSet siblings;
    for (const auto& [cpu, cores] : facts.siblings) {
        if (guest.realtime_pcpus.contains(cpu)) {
            siblings |= cores;
        }
    }
    siblings -= guest.realtime_pcpus;
    for (const auto& other : others) {
        const CpuSet shared = siblings & (other.realtime_pcpus | other.other_pcpus);
        if (other.uuid != guest.uuid && !shared.empty()) {
            findings.push_back(
                finding(guest, FindingKind::SiblingShared, shared,
                        "thread siblings of realtime pCPUs carry guest " + quoted(other.domain_name)));
        }
    }
}

bool caps_at_f(const Finding& finding) {
    switch (finding.kind) {
    case FindingKind::Collision:
    case FindingKind::NoHousekeepingCpu:
    case FindingKind::NotInForce:
    case FindingKind::WriteFailed:
    case FindingKind::ThreadDisputed:
    case FindingKind::ThreadOnRealtimePcpu:
    case FindingKind::PmdOnRealtimePcpu:
    case FindingKind::SchedulingWrong:
    case FindingKind::AffinityWrong:
        return finding.severity == Finding::Severity::Error;
    default:
        return false;
    }
}

bool caps_at_c(const Finding& finding) {
    return finding.kind == FindingKind::IrqOnRealtimePcpu || finding.kind == FindingKind::SiblingShared ||
           finding.kind == FindingKind::RealtimeThrottling || finding.kind == FindingKind::NotExclusive;
}

} // namespace

KernelFacts read_kernel_facts(const HostReader& files, const CpuSet& cpus) {
    KernelFacts facts;
    facts.tickless = read_cpus(files, "sys/devices/system/cpu/nohz_full");
    facts.exclusive = read_cpus(files, "sys/devices/system/cpu/isolated");
    for (const char* path : kPartitionFiles) {
        facts.exclusive |= read_cpus(files, path);
    }
    facts.throttling = may_throttle(files);
    for (const unsigned cpu : cpus) {
        facts.siblings.emplace(cpu, read_cpus(files, "sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                                         "/topology/thread_siblings_list"));
    }
    return facts;
}

std::vector<Finding> kernel_findings(const Lease& guest, const std::vector<Lease>& others,
                                     const KernelFacts& facts) {
    std::vector<Finding> findings;
    const CpuSet shared = guest.realtime_pcpus - facts.exclusive;
    const CpuSet ticking = guest.realtime_pcpus - facts.tickless;
    if (!shared.empty()) {
        findings.push_back(
            finding(guest, FindingKind::NotExclusive, shared,
                    "neither in an isolated cpuset partition nor in isolcpus=domain: the "
                    "scheduler may still place and balance threads there" +
                        (facts.no_partition.empty() ? std::string() : "; " + facts.no_partition)));
    }
    if (!ticking.empty()) {
        findings.push_back(
            finding(guest, FindingKind::NotTickless, ticking, "not in nohz_full=: the timer tick stays on"));
    }
    if (facts.throttling) {
        findings.push_back(
            finding(guest, FindingKind::RealtimeThrottling, guest.realtime_pcpus,
                    "kernel.sched_rt_runtime_us is not -1: a busy SCHED_FIFO vCPU is throttled"));
    }
    add_sibling_findings(guest, others, facts, findings);
    return findings;
}

Grade grade_of(const std::vector<Finding>& findings) {
    if (std::ranges::any_of(findings, caps_at_f)) {
        return Grade::F;
    }
    if (std::ranges::any_of(findings, caps_at_c)) {
        return Grade::C;
    }
    const bool ticks = std::ranges::any_of(
        findings, [](const Finding& finding) { return finding.kind == FindingKind::NotTickless; });
    return ticks ? Grade::B : Grade::A;
}

} // namespace nova_rt
