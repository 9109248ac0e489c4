#include "cli/explanation.hpp"

#include "base/text.hpp"
#include "services/guest_account.hpp"

#include <fmt/format.h>

#include <algorithm>
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

std::string siblings_text(const VcpuAccount& vcpu) {
    std::string text;
    for (const CoreMate& mate : vcpu.siblings) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", mate.pcpu.value, mate.occupant);
    }
    return text.empty() ? "-" : text;
}

std::string vcpu_line(const VcpuAccount& vcpu) {
    const std::string where = vcpu.pcpu                  ? std::to_string(vcpu.pcpu->value)
                              : vcpu.float_pcpus.empty() ? "any"
                                                         : vcpu.float_pcpus.to_cpulist();
    const std::string cell = vcpu.host_cell ? std::to_string(vcpu.host_cell->value) : "-";
    return fmt::format("{:<5} {:<10} {:<8} {:<5} {:<10} {:<28} {}\n", vcpu.vcpu.value,
                       vcpu.pcpu ? "dedicated" : "shared", where, cell, vcpu.scheduler, siblings_text(vcpu),
                       vcpu.because);
}

std::string memory_line(const MemoryAccount& cell) {
    std::string text = fmt::format("memory: guest cell {} on host cell {}: {} MiB", cell.guest_cell.value,
                                   cell.host_cell.value, cell.memory.value);
    if (cell.page_size && cell.page_size->value > 0) {
        text += fmt::format(" in {} pages of {}", to_kib(cell.memory).value / cell.page_size->value,
                            in_words(*cell.page_size));
    }
    return text + '\n';
}

std::string counted(std::size_t count, std::string_view one) {
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string cost_line(const GuestAccount& account) {
    const GuestCost& cost = account.cost;
    std::string text = fmt::format("cost: {}", counted(cost.total(), "pCPU"));
    if (cost.total() > 0) {
        text += fmt::format(": {} for vCPUs, {} for emulator threads, {} left idle", cost.for_vcpus,
                            cost.for_emulator, counted(cost.idle_siblings, "sibling"));
    }
    const auto floating = static_cast<std::size_t>(
        std::ranges::count_if(account.vcpus, [](const VcpuAccount& vcpu) { return !vcpu.pcpu.has_value(); }));
    return text + (floating == 0 ? "\n" : fmt::format("; {} on shared pCPUs\n", counted(floating, "vCPU")));
}

std::string account_text(const GuestAccount& account) {
    std::string text;
    for (const Decision& decision : account.decisions) {
        text += fmt::format("  {:<17} {:<12} {}\n", decision.subject, decision.choice, decision.because);
    }
    if (account.vcpus.empty()) {
        return text;
    }
    text += fmt::format("\n{:<5} {:<10} {:<8} {:<5} {:<10} {:<28} {}\n", "vCPU", "class", "pCPU", "cell",
                        "scheduler", "siblings", "because");
    for (const VcpuAccount& vcpu : account.vcpus) {
        text += vcpu_line(vcpu);
    }
    const CpuSet& emulator = account.emulator_pcpus;
    text += "\nemulator threads: " +
            (emulator.empty() ? "not pinned"
                              : (emulator.size() == 1 ? "pCPU " : "pCPUs ") + emulator.to_cpulist()) +
            '\n';
    for (const MemoryAccount& cell : account.memory) {
        text += memory_line(cell);
    }
    return text + cost_line(account);
}

/// What the account does not say already: it has a row for each vCPU, the emulator threads and the memory.
std::vector<Reason> other_reasons(const std::vector<Reason>& reasons) {
    std::vector<Reason> others;
    for (const Reason& reason : reasons) {
        const bool told = reason.subject.starts_with("vcpu") || reason.subject == "emulator" ||
                          reason.subject.starts_with("memory of guest cell");
        if (!told || reason.severity == Reason::Severity::Warning) {
            others.push_back(reason);
        }
    }
    return others;
}

std::string finding_lines(const std::vector<LintFinding>& findings) {
    std::string text;
    for (const LintFinding& finding : findings) {
        if (finding.rule->topic != LintTopic::Placement) {
            continue;
        }
        text += fmt::format("lint {} [{}]: {}{}{}\n", to_string(finding.rule->severity), finding.rule->id,
                            printable(finding.hit.what),
                            finding.hit.repair.empty() ? "" : "; repair: ", printable(finding.hit.repair));
    }
    return text;
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
    std::string text = fmt::format("{}: {}: {}", refusal.stage, refusal.type, printable(refusal.message));
    if (!refusal.key.empty()) {
        text += fmt::format(" ({} from {})", nova_rt::quoted(refusal.key), name_of(refusal.provenance));
    }
    if (!refusal.repair.empty()) {
        text += "; repair: " + printable(refusal.repair);
    }
    return text;
}

std::string explain(const TranslationInput& input, const Translation& translation,
                    const std::vector<LintFinding>& findings) {
    std::string text = fmt::format("flavor {}: {} vCPUs, {} MiB\n", nova_rt::quoted(input.flavor.name),
                                   input.flavor.vcpus, input.flavor.memory.value);
    if (translation.error) {
        return text + "refused by Nova: " + describe(*translation.error) + '\n' +
               reason_lines(translation.reasons);
    }
    text += account_text(account_of(input, translation));
    return text + reason_lines(other_reasons(translation.reasons)) + finding_lines(findings);
}

} // namespace nova_rt
