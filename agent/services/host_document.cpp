#include "services/host_document.hpp"

#include "base/text.hpp"
#include "services/bounded_json.hpp"
#include "topology/topology_builder.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxCells = 1024;
constexpr std::int64_t kMaxMemoryMib = std::int64_t{1} << 40;
constexpr std::int64_t kMaxPages = std::int64_t{1} << 50;
constexpr std::int64_t kMaxPageKib = std::int64_t{1} << 30;

tl::unexpected<Error> bad(const std::string& why) {
    return fail(ErrorCode::InvalidArgument, "read host: " + why);
}

/// A list of CPU numbers, or a cpulist as the kernel writes it.
Result<CpuSet> read_cpus(const json& value, const char* what) {
    if (value.is_string()) {
        return CpuSet::from_cpulist(value.get_ref<const std::string&>());
    }
    if (!value.is_array()) {
        return bad(std::string(what) + " is not a list of CPU numbers");
    }
    CpuSet cpus;
    for (const json& cpu : value) {
        if (!cpu.is_number_unsigned() || cpu.get<std::uint64_t>() >= CpuSet::kMaxCpus) {
            return bad(std::string(what) + " holds " + nova_rt::quoted(cpu.dump()) +
                       ", not a CPU number below " + std::to_string(CpuSet::kMaxCpus));
        }
        cpus.add(cpu.get<unsigned>());
    }
    return cpus;
}

Result<std::vector<PagePool>> read_pools(const json& cell, std::int64_t memory) {
    const auto found = cell.find("mempages");
    if (found == cell.end() || found->is_null()) {
        return std::vector<PagePool>{{.size = {4}, .total = static_cast<std::uint64_t>(memory) * 256}};
    }
    if (!found->is_array()) {
        return bad("mempages is not a list");
    }
    std::vector<PagePool> pools;
    for (const json& page : *found) {
        NOVA_RT_TRY(expect_object(page, "read host mempages"));
        NOVA_RT_TRY_ASSIGN(size, read_integer(page, "size_kb", 1, kMaxPageKib, "read host mempages"));
        NOVA_RT_TRY_ASSIGN(total, read_integer(page, "total", 0, kMaxPages, "read host mempages"));
        if (!size || !total) {
            return bad("an entry of mempages lacks size_kb or total");
        }
        pools.push_back(
            {.size = {static_cast<std::uint64_t>(*size)}, .total = static_cast<std::uint64_t>(*total)});
    }
    return pools;
}

Result<CellFacts> read_cell(const json& cell) {
    const std::string where = "read host cell";
    NOVA_RT_TRY(expect_object(cell, where));
    NOVA_RT_TRY_ASSIGN(id, read_integer(cell, "id", 0, kMaxCells, where));
    NOVA_RT_TRY_ASSIGN(memory, read_integer(cell, "memory_mb", 0, kMaxMemoryMib, where));
    if (!id || !memory) {
        return bad("a cell lacks id or memory_mb");
    }
    NOVA_RT_TRY_ASSIGN(socket, read_integer(cell, "socket", 0, kMaxCells, where));
    CellFacts facts;
    facts.id = {static_cast<std::uint32_t>(*id)};
    facts.socket = static_cast<unsigned>(socket.value_or(*id));
    facts.memory = to_kib(MiB{static_cast<std::uint64_t>(*memory)});
    const auto siblings = cell.find("siblings");
    if (siblings == cell.end() || !siblings->is_array()) {
        return bad("a cell lacks siblings, a list of lists of CPU numbers");
    }
    for (const json& core : *siblings) {
        NOVA_RT_TRY_ASSIGN(cpus, read_cpus(core, "siblings"));
        if (!cpus.empty()) {
            facts.thread_siblings.push_back(std::move(cpus));
        }
    }
    NOVA_RT_TRY_ASSIGN(pools, read_pools(cell, *memory));
    facts.page_pools = std::move(pools);
    return facts;
}

} // namespace

Result<HostTopology> read_host(const json& document) {
    NOVA_RT_TRY(expect_object(document, "read host"));
    HostFacts facts;
    NOVA_RT_TRY_ASSIGN(arch, read_text(document, "arch", "read host"));
    facts.architecture = arch.value_or("x86_64");
    const auto cells = document.find("cells");
    if (cells == document.end() || !cells->is_array() || cells->size() > kMaxCells) {
        return bad("cells is not a list of at most " + std::to_string(kMaxCells) + " NUMA cells");
    }
    CpuSet all;
    for (const json& cell : *cells) {
        NOVA_RT_TRY_ASSIGN(cell_facts, read_cell(cell));
        for (const CpuSet& core : cell_facts.thread_siblings) {
            all |= core;
        }
        facts.cells.push_back(std::move(cell_facts));
    }
    facts.online = all;
    if (const auto online = document.find("online"); online != document.end() && !online->is_null()) {
        NOVA_RT_TRY_ASSIGN(cpus, read_cpus(*online, "online"));
        facts.online = cpus;
    }
    return build_topology(facts);
}

} // namespace nova_rt
