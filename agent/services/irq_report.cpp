#include "services/irq_report.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace nova_rt {

namespace {

constexpr const char* kIrqDirectory = "proc/irq";
constexpr std::array<std::string_view, 7> kAttributes = {
    "affinity_hint", "effective_affinity", "effective_affinity_list",
    "node",          "smp_affinity",       "smp_affinity_list",
    "spurious"};

/// The handlers' names: the directories beside the attributes.
std::string handlers_of(const HostReader& reader, const std::string& directory) {
    std::string names;
    const auto entries = reader.list(directory);
    for (const auto& entry : entries ? *entries : std::vector<std::string>{}) {
        if (std::ranges::find(kAttributes, entry) == kAttributes.end()) {
            names += (names.empty() ? "" : ",") + entry;
        }
    }
    return names;
}

CpuSet read_cpus(const HostReader& reader, const std::string& path) {
    const auto text = reader.read(path);
    const auto cpus = text ? CpuSet::from_cpulist(*text) : Result<CpuSet>(CpuSet{});
    return cpus.value_or(CpuSet{});
}

} // namespace

std::optional<IrqNumber> irq_of_path(std::string_view path) {
    const auto pieces = split(path, '/');
    if (pieces.size() != 4 || pieces[0] != "proc" || pieces[1] != "irq") {
        return std::nullopt;
    }
    const auto number = parse_number<unsigned>(pieces[2]);
    return number ? std::optional(IrqNumber{*number}) : std::nullopt;
}

std::vector<CpuIrqStatus> read_irq_report(const HostReader& reader, const CpuSet& realtime_pcpus,
                                          const std::set<IrqNumber>& immovable) {
    std::map<unsigned, CpuIrqStatus> report;
    for (const unsigned cpu : realtime_pcpus) {
        report[cpu].cpu = PcpuId{cpu};
    }
    const auto entries = report.empty() ? Result<std::vector<std::string>>(std::vector<std::string>{})
                                        : reader.list(kIrqDirectory);
    for (const auto& entry : entries ? *entries : std::vector<std::string>{}) {
        const auto number = parse_number<unsigned>(entry);
        const std::string directory = std::string(kIrqDirectory) + "/" + entry;
        const CpuSet hit =
            number ? read_cpus(reader, directory + "/smp_affinity_list") & realtime_pcpus : CpuSet{};
        if (hit.empty()) {
            continue;
        }
        const IrqReference irq{IrqNumber{*number}, handlers_of(reader, directory)};
        for (const unsigned cpu : hit) {
            auto& list = immovable.contains(irq.irq) ? report[cpu].immovable : report[cpu].movable;
            list.push_back(irq);
        }
    }
    std::vector<CpuIrqStatus> result;
    for (auto& [cpu, irqs] : report) {
        const auto by_number = [](const IrqReference& a, const IrqReference& b) { return a.irq < b.irq; };
        std::ranges::sort(irqs.movable, by_number);
        std::ranges::sort(irqs.immovable, by_number);
        result.push_back(std::move(irqs));
    }
    return result;
}

} // namespace nova_rt
