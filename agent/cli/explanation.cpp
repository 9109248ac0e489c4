#include "cli/explanation.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <string_view>

namespace nova_rt {

namespace {

std::string_view name_of(Provenance provenance) {
    switch (provenance) {
    case Provenance::Flavor:
        return "the flavor";
    case Provenance::Image:
        return "the image";
    case Provenance::Config:
        return "nova.conf";
    case Provenance::Host:
        return "the host";
    case Provenance::Default:
        return "a default";
    }
    return "a default";
}

std::string_view name_of(CpuPolicy policy) {
    switch (policy) {
    case CpuPolicy::Shared:
        return "shared";
    case CpuPolicy::Dedicated:
        return "dedicated";
    case CpuPolicy::Mixed:
        return "mixed";
    }
    return "shared";
}

/// The other threads of the pCPU's core; "-" when there is none or the host is not known.
std::string siblings_of(const TranslationInput& input, PcpuId pcpu) {
    if (!input.host) {
        return "-";
    }
    for (const auto& cell : input.host->cells) {
        for (CpuSet core : cell.thread_siblings) {
            if (core.contains(pcpu.value)) {
                core.remove(pcpu.value);
                return core.empty() ? "-" : core.to_cpulist();
            }
        }
    }
    return "-";
}

std::string float_range(const PinningPlan& plan, unsigned vcpu) {
    for (const auto& cell : plan.cells) {
        if (cell.shared_vcpus.contains(vcpu)) {
            return cell.float_pcpus.to_cpulist();
        }
    }
    return "any";
}

std::string vcpu_line(const TranslationInput& input, const PinningPlan& plan, unsigned vcpu) {
    const bool realtime = plan.realtime_vcpus.contains(vcpu);
    const std::string policy = realtime ? fmt::format("fifo {}", plan.realtime_priority) : "other";
    if (const auto pcpu = plan.pin_of(VcpuId{vcpu})) {
        return fmt::format("{:<5} {:<10} {:<8} {:<9} {}\n", vcpu, "dedicated", pcpu->value,
                           siblings_of(input, *pcpu), policy);
    }
    return fmt::format("{:<5} {:<10} {:<8} {:<9} {}\n", vcpu, "shared", float_range(plan, vcpu), "-", policy);
}

/// How many pCPUs nobody else can have while the guest runs.
std::string cost_of(const PinningPlan& plan) {
    std::size_t pinned = 0;
    std::size_t emulator = 0;
    for (const auto& cell : plan.cells) {
        pinned += cell.pins.size();
        emulator += cell.emulator_pcpu ? 1U : 0U;
    }
    return fmt::format("{} pCPUs: {} for vCPUs, {} for emulator threads", pinned + emulator, pinned,
                       emulator);
}

} // namespace

std::string reason_lines(const std::vector<Reason>& reasons) {
    std::string text;
    for (const auto& reason : reasons) {
        text += fmt::format("{}{}: {}\n", reason.severity == Reason::Severity::Warning ? "WARNING " : "",
                            reason.subject, reason.text);
    }
    return text;
}

std::string describe(const Refusal& refusal) {
    std::string text = fmt::format("{}: {}: {}", refusal.stage, refusal.type, refusal.message);
    if (!refusal.key.empty()) {
        text += fmt::format(" ({} from {})", nova_rt::quoted(refusal.key), name_of(refusal.provenance));
    }
    if (!refusal.repair.empty()) {
        text += "; repair: " + refusal.repair;
    }
    return text;
}

std::string explain(const TranslationInput& input, const Translation& translation) {
    std::string text = fmt::format("flavor {}: {} vCPUs, {} MiB\n", nova_rt::quoted(input.flavor.name),
                                   input.flavor.vcpus, input.flavor.memory.value);
    if (translation.error) {
        return text + "refused by Nova: " + describe(*translation.error) + '\n' +
               reason_lines(translation.reasons);
    }
    if (translation.request) {
        text += fmt::format("policy {}{}\n", name_of(translation.request->cpu_policy),
                            translation.request->is_realtime() ? ", realtime" : "");
    }
    if (translation.plan) {
        text +=
            fmt::format("\n{:<5} {:<10} {:<8} {:<9} {}\n", "vCPU", "class", "pCPU", "siblings", "scheduler");
        for (unsigned vcpu = 0; vcpu < input.flavor.vcpus; ++vcpu) {
            text += vcpu_line(input, *translation.plan, vcpu);
        }
        const auto& emulator = translation.plan->emulator_pcpus;
        text +=
            fmt::format("emulator threads: {}\n", emulator.empty() ? "not pinned" : emulator.to_cpulist());
        text += fmt::format("cost: {}\n", cost_of(*translation.plan));
    }
    return text + reason_lines(translation.reasons);
}

} // namespace nova_rt
