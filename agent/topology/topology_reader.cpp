#include "topology/topology_reader.hpp"

#include "base/text.hpp"
#include "topology/cache_reader.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace nova_rt {

namespace {

constexpr const char* kCpuDirectory = "sys/devices/system/cpu";
constexpr const char* kNodeDirectory = "sys/devices/system/node";

Result<CpuSet> read_cpulist(const HostReader& reader, const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, reader.read(path));
    NOVA_RT_TRY_ASSIGN_CONTEXT(cpus, CpuSet::from_cpulist(text), "read " + path);
    return cpus;
}

Result<std::uint64_t> read_number(const HostReader& reader, const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, reader.read(path));
    const auto number = parse_number<std::uint64_t>(text);
    if (!number) {
        return fail(ErrorCode::Corrupt, "read " + path + ": " + quoted(text) + " is no number");
    }
    return *number;
}

/// The number behind "MemTotal:" in a meminfo file; a node's file has "Node 0 " before it.
Result<KiB> read_total_memory(const HostReader& reader, const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, reader.read(path));
    constexpr std::string_view kField = "MemTotal:";
    for (std::string_view line : split(text, '\n')) {
        const auto at = line.find(kField);
        if (at == std::string_view::npos) {
            continue;
        }
        line = trimmed(line.substr(at + kField.size()));
        const auto kib = parse_number<std::uint64_t>(line.substr(0, line.find(' ')));
        if (kib && line.ends_with(" kB")) {
            return KiB{*kib};
        }
    }
    return fail(ErrorCode::Corrupt, "read " + path + ": no line with MemTotal in kB");
}

/// The size in "hugepages-2048kB".
std::optional<KiB> pool_size(std::string_view name) {
    constexpr std::string_view kPrefix = "hugepages-";
    constexpr std::string_view kSuffix = "kB";
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) {
        return std::nullopt;
    }
    name.remove_prefix(kPrefix.size());
    name.remove_suffix(kSuffix.size());
    const auto kib = parse_number<std::uint64_t>(name);
    return kib ? std::optional(KiB{*kib}) : std::nullopt;
}

Result<std::vector<PagePool>> read_pools(const HostReader& reader, const std::string& directory, KiB memory,
                                         KiB base_page) {
    std::vector<PagePool> pools;
    std::uint64_t huge_kib = 0;
    const auto names = reader.list(directory);
    if (!names && names.error().code() != ErrorCode::NotFound) {
        return fail(names.error());
    }
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        const auto size = pool_size(name);
        if (!size) {
            continue;
        }
        NOVA_RT_TRY_ASSIGN(total, read_number(reader, directory + "/" + name + "/nr_hugepages"));
        pools.push_back({.size = *size, .total = total});
        huge_kib += total * size->value;
    }
    const std::uint64_t rest = memory.value > huge_kib ? memory.value - huge_kib : 0;
    pools.push_back({.size = base_page, .total = rest / base_page.value});
    return pools;
}

/// The cores of the cell's online CPUs, and the package of its first one.
Status read_cores(const HostReader& reader, const CpuSet& cpus, CellFacts& facts) {
    CpuSet seen;
    for (const unsigned cpu : cpus) {
        if (seen.contains(cpu)) {
            continue;
        }
        const std::string topology = std::string(kCpuDirectory) + "/cpu" + std::to_string(cpu) + "/topology/";
        NOVA_RT_TRY_ASSIGN(siblings, read_cpulist(reader, topology + "thread_siblings_list"));
        siblings &= cpus;
        siblings.add(cpu);
        if (seen.empty()) {
            NOVA_RT_TRY_ASSIGN(text, reader.read(topology + "physical_package_id"));
            // virtual machines without a topology say -1
            facts.socket = parse_number<unsigned>(text).value_or(0);
        }
        seen |= siblings;
        facts.thread_siblings.push_back(siblings);
    }
    return {};
}

Result<CellFacts> read_cell(const HostReader& reader, unsigned node, const CpuSet& online,
                            const MachineFacts& machine) {
    const std::string directory = std::string(kNodeDirectory) + "/node" + std::to_string(node);
    CellFacts facts;
    facts.id = {node};
    NOVA_RT_TRY_ASSIGN(cpus, read_cpulist(reader, directory + "/cpulist"));
    NOVA_RT_TRY_ASSIGN(memory, read_total_memory(reader, directory + "/meminfo"));
    NOVA_RT_TRY_ASSIGN(pools, read_pools(reader, directory + "/hugepages", memory, machine.base_page));
    facts.memory = memory;
    facts.page_pools = std::move(pools);
    NOVA_RT_TRY(read_cores(reader, cpus & online, facts));
    return facts;
}

Result<CellFacts> read_single_cell(const HostReader& reader, const CpuSet& online,
                                   const MachineFacts& machine) {
    CellFacts facts;
    NOVA_RT_TRY_ASSIGN(memory, read_total_memory(reader, "proc/meminfo"));
    NOVA_RT_TRY_ASSIGN(pools, read_pools(reader, "sys/kernel/mm/hugepages", memory, machine.base_page));
    facts.memory = memory;
    facts.page_pools = std::move(pools);
    NOVA_RT_TRY(read_cores(reader, online, facts));
    return facts;
}

} // namespace

Result<HostFacts> read_host_facts(const HostReader& reader, const MachineFacts& machine) {
    HostFacts facts;
    facts.architecture = machine.architecture;
    NOVA_RT_TRY_ASSIGN(online, read_cpulist(reader, std::string(kCpuDirectory) + "/online"));
    facts.online = online;
    NOVA_RT_TRY_ASSIGN(caches, read_cache_control(reader));
    facts.caches = std::move(caches);
    const std::string nodes_path = std::string(kNodeDirectory) + "/online";
    if (!reader.exists(nodes_path)) {
        NOVA_RT_TRY_ASSIGN(cell, read_single_cell(reader, online, machine));
        facts.cells.push_back(std::move(cell));
        return facts;
    }
    NOVA_RT_TRY_ASSIGN(nodes, read_cpulist(reader, nodes_path));
    for (const unsigned node : nodes) {
        NOVA_RT_TRY_ASSIGN(cell, read_cell(reader, node, online, machine));
        facts.cells.push_back(std::move(cell));
    }
    return facts;
}

Result<HostTopology> read_topology(const HostReader& reader, const MachineFacts& machine) {
    NOVA_RT_TRY_ASSIGN(facts, read_host_facts(reader, machine));
    return build_topology(facts);
}

} // namespace nova_rt
