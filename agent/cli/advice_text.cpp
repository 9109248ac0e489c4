#include "cli/advice_text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace nova_rt {

namespace {

std::string faults_in_words(const PlacementFaults& faults) {
    const std::array<std::pair<unsigned, const char*>, 5> kinds = {
        {{faults.emulator, "emulator threads on the core of a realtime vCPU"},
         {faults.housekeeping, "a housekeeping vCPU on the core of a realtime vCPU"},
         {faults.foreign, "another guest on the core of a realtime vCPU"},
         {faults.floating, "a pCPU of the shared set on the core of a realtime vCPU"},
         {faults.extra_cells, "a host NUMA cell beyond the first"}}};
    std::string text;
    for (const auto& [count, what] : kinds) {
        if (count > 0) {
            text += fmt::format("{}{} x {}", text.empty() ? "" : ", ", count, what);
        }
    }
    return text.empty() ? "no core or cell to complain of" : text;
}

std::string placement_in_words(const PinningPlan& plan) {
    std::string pins;
    for (const auto& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            pins += fmt::format(" {}>{}", vcpu.value, pcpu.value);
        }
    }
    return fmt::format("pins{}, emulator threads on {}", pins, plan.emulator_pcpus.to_cpulist());
}

} // namespace

std::string in_words(const std::optional<Advice>& advice) {
    std::string text = "\nadvice, beside Nova's plan and no part of it:\n";
    if (!advice) {
        return text + "  none: there is nothing to better, or no plan\n";
    }
    text += fmt::format("  Nova's placement has {}\n", faults_in_words(advice->faults));
    if (advice->placement) {
        text += fmt::format("  better on the same cells: {}: {}\n", placement_in_words(*advice->placement),
                            faults_in_words(advice->placement_faults));
    }
    if (advice->flavor) {
        text +=
            fmt::format("  with another flavor Nova itself plans {}: {}\n",
                        placement_in_words(advice->flavor->plan), faults_in_words(advice->flavor->faults));
        for (const auto& command : advice->flavor->commands) {
            text += fmt::format("    {}\n", command);
        }
    }
    if (!advice->placement && !advice->flavor) {
        text += "  nothing better is free here, and no flavor change of one or two keys gets it\n";
    }
    return text;
}

} // namespace nova_rt
