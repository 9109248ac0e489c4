#include "services/host_document.hpp"

#include "base/text.hpp"
#include "services/bounded_json.hpp"
#include "services/cache_document.hpp"
#include "topology/topology_builder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxCells = 1024;
constexpr std::size_t kMaxDescriptors = 256;
constexpr std::int64_t kMaxMemoryMib = std::int64_t{1} << 40;
constexpr std::int64_t kMaxPages = std::int64_t{1} << 50;
constexpr std::int64_t kMaxPageKib = std::int64_t{1} << 30;

tl::unexpected<Error> bad(const std::string& why) {
    return fail(ErrorCode::InvalidArgument, "read host: " + why);
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
        NOVA_RT_TRY_ASSIGN(cpus, read_cpu_list(core, "siblings"));
        if (!cpus.empty()) {
            facts.thread_siblings.push_back(std::move(cpus));
        }
    }
    NOVA_RT_TRY_ASSIGN(pools, read_pools(cell, *memory));
    facts.page_pools = std::move(pools);
    return facts;
}

/// Every text of a list; InvalidArgument for anything else.
Result<std::vector<std::string>> read_texts(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array()) {
        return bad(std::string("firmware: ") + key + " is not a list");
    }
    std::vector<std::string> texts;
    for (const json& text : *found) {
        if (!text.is_string()) {
            return bad(std::string("firmware: ") + key + " holds " + nova_rt::quoted(text.dump()) +
                       ", not a text");
        }
        texts.push_back(text.get<std::string>());
    }
    return texts;
}

Result<std::string> read_mapped_file(const json& descriptor, const char* role) {
    const auto mapping = descriptor.find("mapping");
    if (mapping != descriptor.end() && mapping->is_object()) {
        if (const auto file = mapping->find(role); file != mapping->end() && file->is_object()) {
            NOVA_RT_TRY_ASSIGN(name, read_text(*file, "filename", "read host firmware"));
            if (name) {
                return *name;
            }
        }
    }
    return bad(std::string("firmware: mapping has no ") + role + " with a filename");
}

/// One descriptor as it stands in /usr/share/qemu/firmware. Source: QEMU's docs/interop/firmware.json.
Result<FirmwareDescriptor> read_descriptor(const json& document) {
    NOVA_RT_TRY(expect_object(document, "read host firmware"));
    FirmwareDescriptor descriptor;
    NOVA_RT_TRY_ASSIGN(executable, read_mapped_file(document, "executable"));
    NOVA_RT_TRY_ASSIGN(nvram, read_mapped_file(document, "nvram-template"));
    NOVA_RT_TRY_ASSIGN(features, read_texts(document, "features"));
    descriptor.executable = executable;
    descriptor.nvram_template = nvram;
    descriptor.secure_boot = std::ranges::find(features, "secure-boot") != features.end();
    descriptor.requires_smm = std::ranges::find(features, "requires-smm") != features.end();
    const auto targets = document.find("targets");
    if (targets == document.end() || !targets->is_array()) {
        return bad("firmware: targets is not a list");
    }
    for (const json& target : *targets) {
        NOVA_RT_TRY(expect_object(target, "read host firmware target"));
        NOVA_RT_TRY_ASSIGN(architecture, read_text(target, "architecture", "read host firmware target"));
        NOVA_RT_TRY_ASSIGN(machines, read_texts(target, "machines"));
        descriptor.targets.push_back({.architecture = architecture.value_or(""), .machines = machines});
    }
    return descriptor;
}

Result<std::optional<std::vector<FirmwareDescriptor>>> read_firmware(const json& document) {
    const auto found = document.find("firmware");
    if (found == document.end() || found->is_null()) {
        return std::nullopt;
    }
    if (!found->is_array() || found->size() > kMaxDescriptors) {
        return bad("firmware is not a list of at most " + std::to_string(kMaxDescriptors) + " descriptors");
    }
    std::vector<FirmwareDescriptor> descriptors;
    for (const json& each : *found) {
        NOVA_RT_TRY_ASSIGN(descriptor, read_descriptor(each));
        descriptors.push_back(std::move(descriptor));
    }
    return descriptors;
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
        NOVA_RT_TRY_ASSIGN(cpus, read_cpu_list(*online, "online"));
        facts.online = cpus;
    }
    NOVA_RT_TRY_ASSIGN(caches, read_caches(document));
    facts.caches = std::move(caches);
    NOVA_RT_TRY_ASSIGN(topology, build_topology(facts));
    NOVA_RT_TRY_ASSIGN(firmware, read_firmware(document));
    topology.firmware = std::move(firmware);
    return topology;
}

} // namespace nova_rt
