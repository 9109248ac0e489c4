#include "cli/what_if_text.hpp"

#include "base/text.hpp"
#include "cli/explanation.hpp"

#include <fmt/format.h>

namespace nova_rt {

namespace {

std::string or_none(const CpuSet& cpus) {
    return cpus.empty() ? "none" : cpus.to_cpulist();
}

/// "0>1 1>2": vCPU and pCPU.
std::string pins_of(const PinningPlan& plan) {
    std::string text;
    for (const auto& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            text += fmt::format("{}{}>{}", text.empty() ? "" : " ", vcpu.value, pcpu.value);
        }
    }
    return text.empty() ? "nothing pinned" : "pins " + text;
}

std::string guest_lines(std::size_t number, const Translation& guest) {
    CpuSet cells;
    for (const auto& cell : guest.plan->cells) {
        cells.add(cell.host_cell.value);
    }
    const auto& emulator = guest.plan->emulator_pcpus;
    std::string text =
        fmt::format("  guest {}: host NUMA cell {}, {}, emulator threads {}\n", number, or_none(cells),
                    pins_of(*guest.plan), emulator.empty() ? "not pinned" : "on " + emulator.to_cpulist());
    for (const Reason& reason : guest.reasons) {
        if (reason.severity == Reason::Severity::Warning) {
            text += fmt::format("    WARNING {}: {}\n", reason.subject, reason.text);
        }
    }
    return text;
}

std::string group_lines(const WhatIfGroupAnswer& group) {
    const std::string asked = group.asked.count
                                  ? fmt::format("{} of {} fit", group.guests.size(), *group.asked.count)
                                  : fmt::format("{} fit", group.guests.size());
    std::string text = fmt::format("flavor {}: {}\n", nova_rt::quoted(group.asked.flavor.name), asked);
    for (std::size_t i = 0; i < group.guests.size(); ++i) {
        text += guest_lines(i + 1, group.guests[i]);
    }
    if (group.refusal) {
        text += fmt::format("  guest {} is refused: {}\n", group.guests.size() + 1, describe(*group.refusal));
    }
    if (group.note) {
        text += fmt::format("  {}\n", *group.note);
    }
    return text;
}

std::string cell_lines(const CellRemainder& cell) {
    std::string cores;
    for (const CpuSet& core : cell.free_cores) {
        cores += fmt::format("{}({})", cores.empty() ? "" : " ", core.to_cpulist());
    }
    std::string text = fmt::format("host NUMA cell {} has left:\n", cell.id.value);
    text += fmt::format("  dedicated pCPUs: {} of {}: {}\n", cell.free_pcpus.size(), cell.dedicated.size(),
                        or_none(cell.free_pcpus));
    text +=
        fmt::format("  whole free cores: {}{}{}\n", cell.free_cores.size(), cores.empty() ? "" : ": ", cores);
    text += fmt::format("  shared pCPUs: {}, with {} floating vCPUs\n", or_none(cell.shared),
                        cell.floating_vcpus);
    text += fmt::format("  memory: {} of {} MiB\n", cell.free_memory, cell.memory.value);
    for (const PagePool& pool : cell.page_pools) {
        text += fmt::format("  pages of {} KiB: {} of {}\n", pool.size.value, pool.free(), pool.total);
    }
    return text;
}

} // namespace

std::string in_words(const WhatIfAnswer& answer) {
    std::string text;
    if (answer.error) {
        text += fmt::format("refused by Nova: {}\n", describe(*answer.error));
    }
    for (const auto& group : answer.groups) {
        text += group_lines(group);
    }
    for (const auto& cell : answer.left) {
        text += cell_lines(cell);
    }
    return text + reason_lines(answer.reasons);
}

} // namespace nova_rt
