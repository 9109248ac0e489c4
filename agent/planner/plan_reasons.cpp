#include "planner/plan_reasons.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

namespace {

using Reasons = std::vector<Reason>;

void add(Reasons& reasons, Reason::Severity severity, std::string subject, std::string text) {
    reasons.push_back({.severity = severity, .subject = std::move(subject), .text = std::move(text)});
}

std::string_view policy_text(std::optional<CpuThreadPolicy> policy) {
    if (policy == CpuThreadPolicy::Isolate) {
        return "a whole core each (hw:cpu_thread_policy=isolate)";
    }
    if (policy == CpuThreadPolicy::Require) {
        return "thread siblings together (hw:cpu_thread_policy=require)";
    }
    return "fullest cores first, siblings together (hw:cpu_thread_policy=prefer)";
}

/// The thread siblings of a pCPU, itself excluded.
CpuSet siblings_of(const LedgerCell& cell, unsigned cpu) {
    for (const CpuSet& core : cell.threads) {
        if (core.contains(cpu)) {
            CpuSet others = core;
            others.remove(cpu);
            return others;
        }
    }
    return {};
}

void explain_cell(const RealtimeRequest& request, const CellPlacement& cell, Reasons& reasons) {
    const std::string where = "host NUMA cell " + std::to_string(cell.host_cell.value);
    for (const auto& [vcpu, pcpu] : cell.pins) {
        const bool realtime = request.realtime_vcpus.contains(vcpu.value);
        add(reasons, Reason::Severity::Info, "vcpu " + std::to_string(vcpu.value),
            std::string(realtime ? "realtime, " : "housekeeping, ") + "pinned to pCPU " +
                std::to_string(pcpu.value) + " of " + where + ": lowest free pCPUs, " +
                std::string(policy_text(request.thread_policy)));
    }
    if (!cell.shared_vcpus.empty()) {
        add(reasons, Reason::Severity::Info, "vcpus " + cell.shared_vcpus.to_cpulist(),
            "float over the shared pCPUs " + cell.float_pcpus.to_cpulist() + " of " + where);
    }
    if (cell.page_size) {
        add(reasons, Reason::Severity::Info, "memory of guest cell " + std::to_string(cell.guest_cell.value),
            std::to_string(cell.memory.value) + " MiB in pages of " + std::to_string(cell.page_size->value) +
                " KiB of " + where);
    }
}

void explain_emulator(const RealtimeRequest& request, const PinningPlan& plan, Reasons& reasons) {
    std::string why = "the pCPUs of the vCPUs that are not realtime";
    if (request.emulator_threads_policy == EmulatorThreadsPolicy::Isolate) {
        why = "a pCPU of their own beside guest cell 0 (hw:emulator_threads_policy=isolate)";
    } else if (request.emulator_threads_policy == EmulatorThreadsPolicy::Share) {
        why = "[compute]cpu_shared_set, or without one the vCPUs' pCPUs (hw:emulator_threads_policy=share)";
    }
    add(reasons, Reason::Severity::Info, "emulator",
        "emulator threads run on " + plan.emulator_pcpus.to_cpulist() + ": " + why);
}

/// What shares a core with a realtime vCPU. Nova does not look at this; latency does.
void warn_about_cores(const RealtimeRequest& request, const LedgerCell& host, const CellPlacement& cell,
                      const PinningPlan& plan, Reasons& reasons) {
    const CpuSet realtime_pcpus = plan.realtime_pcpus();
    for (const auto& [vcpu, pcpu] : cell.pins) {
        if (!request.realtime_vcpus.contains(vcpu.value)) {
            continue;
        }
        const std::string subject = "vcpu " + std::to_string(vcpu.value);
        const CpuSet siblings = siblings_of(host, pcpu.value) - realtime_pcpus;
        const CpuSet emulator = siblings & plan.emulator_pcpus;
        if (!emulator.empty()) {
            add(reasons, Reason::Severity::Warning, subject,
                "emulator threads run on pCPU " + emulator.to_cpulist() +
                    ", the thread sibling of realtime pCPU " + std::to_string(pcpu.value));
        }
        for (const auto& [other, other_pcpu] : cell.pins) {
            if (siblings.contains(other_pcpu.value) && !emulator.contains(other_pcpu.value)) {
                add(reasons, Reason::Severity::Warning, subject,
                    "housekeeping vCPU " + std::to_string(other.value) + " runs on pCPU " +
                        std::to_string(other_pcpu.value) + ", the thread sibling of realtime pCPU " +
                        std::to_string(pcpu.value));
            }
        }
        if (const CpuSet foreign = siblings & host.pinned; !foreign.empty()) {
            add(reasons, Reason::Severity::Warning, subject,
                "another guest is pinned to pCPU " + foreign.to_cpulist() +
                    ", the thread sibling of realtime pCPU " + std::to_string(pcpu.value));
        }
        if (const CpuSet floating = siblings & (host.shared - host.dedicated); !floating.empty()) {
            add(reasons, Reason::Severity::Warning, subject,
                "pCPU " + floating.to_cpulist() +
                    " of the shared set is the thread sibling of realtime pCPU " +
                    std::to_string(pcpu.value));
        }
    }
}

/// libvirt 9.0 has QEMU 7.2 fill huge pages from a thread on the memory's NUMA cell, and the thread may not
/// leave the emulator threads' pCPUs.
void warn_about_memory(const LedgerCell& host, const CellPlacement& cell, const CpuSet& emulator,
                       Reasons& reasons) {
    const bool reaches =
        std::ranges::any_of(host.threads, [&](const CpuSet& core) { return core.intersects(emulator); });
    if (!cell.huge_pages || emulator.empty() || reaches) {
        return;
    }
    add(reasons, Reason::Severity::Warning, "memory of guest cell " + std::to_string(cell.guest_cell.value),
        "no emulator thread runs on host NUMA cell " + std::to_string(host.id.value) +
            ": libvirt 9.0 with QEMU 7.2 does not start such a guest (Setting CPU affinity failed)");
}

} // namespace

void explain(const RealtimeRequest& request, const CpuLedger& ledger, PinningPlan& plan) {
    Reasons reasons;
    for (const CellPlacement& cell : plan.cells) {
        explain_cell(request, cell, reasons);
    }
    explain_emulator(request, plan, reasons);
    for (const CellPlacement& cell : plan.cells) {
        if (const LedgerCell* const host = ledger.find(cell.host_cell)) {
            warn_about_cores(request, *host, cell, plan, reasons);
            warn_about_memory(*host, cell, plan.emulator_pcpus, reasons);
        }
    }
    std::ranges::move(reasons, std::back_inserter(plan.reasons));
}

} // namespace nova_rt
