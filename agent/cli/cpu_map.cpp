#include "cli/cpu_map.hpp"

#include "base/text.hpp"
#include "checks/check_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace nova_rt {

namespace {

std::string_view name_of(CpuClass cpu_class) {
    switch (cpu_class) {
    case CpuClass::Housekeeping:
        return "housekeeping";
    case CpuClass::Shared:
        return "shared";
    case CpuClass::Dedicated:
        return "dedicated";
    case CpuClass::Realtime:
        return "REALTIME";
    case CpuClass::Pmd:
        return "pmd";
    case CpuClass::Other:
        return "offline";
    }
    return "offline";
}

char letter_of(Grade grade) {
    constexpr std::string_view kLetters = "ABCF";
    return kLetters[static_cast<std::size_t>(grade)];
}

template <typename Id> std::string number_or_dash(const std::optional<Id>& id) {
    return id ? std::to_string(id->value) : "-";
}

const GuestStatus* guest_of(const StatusDocument& status, const CpuStatus& cpu) {
    if (!cpu.guest) {
        return nullptr;
    }
    const auto guest = std::ranges::find(status.domains, *cpu.guest, &GuestStatus::uuid);
    return guest == status.domains.end() ? nullptr : &*guest;
}

std::string irqs_of(const StatusDocument& status, PcpuId cpu) {
    const auto irqs = std::ranges::find(status.irqs, cpu, &CpuIrqStatus::cpu);
    if (irqs == status.irqs.end()) {
        return "";
    }
    return fmt::format("{} movable, {} immovable IRQs", irqs->movable.size(), irqs->immovable.size());
}

std::string cpu_line(const StatusDocument& status, const CpuStatus& cpu) {
    std::string use;
    if (const auto* guest = guest_of(status, cpu)) {
        use = fmt::format("{} vCPU {}", nova_rt::quoted(guest->name), number_or_dash(cpu.vcpu));
    }
    if (const std::string pmds = describe_on(status.pmds, {cpu.id.value}); !pmds.empty()) {
        use += (use.empty() ? "" : "; ") + pmds;
    }
    return fmt::format("{:>4}  {:<4}  {:<5}  {:<12}  {:<28} {}\n", cpu.id.value, number_or_dash(cpu.cell),
                       cpu.core ? std::to_string(*cpu.core) : "-", name_of(cpu.cpu_class), use,
                       irqs_of(status, cpu.id));
}

void append_findings(std::string& text, const std::vector<ReportedFinding>& findings) {
    for (const auto& finding : findings) {
        if (finding.severity != CheckState::Pass) {
            text +=
                fmt::format("      {} {}: {}\n", mark_of(finding.severity), finding.subject, finding.text);
        }
    }
}

std::string guest_block(const GuestStatus& guest) {
    std::string text = fmt::format("{} {}\n", guest.uuid.to_string(), nova_rt::quoted(guest.name));
    if (!guest.is_realtime()) {
        return text + "      not realtime\n";
    }
    text += fmt::format("      grade {}  realtime vCPUs {} on pCPUs {}  lease {}\n",
                        guest.grade ? std::string(1, letter_of(*guest.grade)) : "-",
                        guest.realtime_vcpus.to_cpulist(), guest.realtime_pcpus.to_cpulist(),
                        !guest.lease                                 ? "MISSING"
                        : guest.lease->stage == LeaseStage::Prepared ? "prepared"
                                                                     : "started");
    for (const auto& cause : guest.grade_causes) {
        text += fmt::format("      not better because: {}\n", cause);
    }
    for (const auto& thread : guest.threads) {
        text += fmt::format("      thread {:<8} {:<18} pCPUs {:<8} {}\n", thread.tid.value,
                            nova_rt::quoted(thread.comm), thread.affinity.to_cpulist(),
                            thread.scheduling.policy == SchedulingPolicy::Fifo
                                ? fmt::format("fifo {}", thread.scheduling.priority)
                                : "other");
        append_findings(text, thread.findings);
    }
    std::vector<ReportedFinding> others = guest.findings;
    std::erase_if(others, [&](const ReportedFinding& finding) { // said above as a cause
        return std::ranges::find(guest.grade_causes, finding.subject + ": " + finding.text) !=
               guest.grade_causes.end();
    });
    append_findings(text, others);
    return text;
}

} // namespace

std::string cpu_map(const StatusDocument& status) {
    std::string text = fmt::format("{}  kernel {}  agent {}  generation {}\n\n", status.node.hostname,
                                   status.node.kernel, status.node.agent_version, status.generation);
    text += fmt::format("{:>4}  {:<4}  {:<5}  {:<12}  {}\n", "pCPU", "cell", "core", "class", "user");
    for (const auto& cpu : status.cpus) {
        text += cpu_line(status, cpu);
    }
    text += status.domains.empty() ? "\nno guests\n" : "\n";
    for (const auto& guest : status.domains) {
        text += guest_block(guest);
    }
    for (const auto& collision : status.collisions) {
        text += fmt::format("COLLISION on pCPUs {}: {}\n", collision.pcpus.to_cpulist(), collision.message);
    }
    for (const auto& check : status.checks) {
        if (check.state != CheckState::Pass) {
            text += fmt::format("{} {}: {}\n", mark_of(check.state), check.name, check.output);
        }
    }
    return text;
}

} // namespace nova_rt
