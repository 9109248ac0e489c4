#include "flavor/numa_cells.hpp"

#include <cstddef>
#include <limits>

namespace nova_rt {

namespace {

constexpr int kMaxNumaNodes = 128; // nova/objects/image_meta.py, NUMA_NODES_MAX

/// The cells a flavor or image spells out; empty when none does.
struct ManualCells {
    std::vector<CpuSpec> cpus;
    std::vector<std::int64_t> memory;
};

Judged<std::vector<CpuSpec>> flavor_cpus(const RuleInput& input) {
    std::vector<CpuSpec> cells;
    for (int cell = 0; cell < kMaxNumaNodes; ++cell) {
        const std::string key = "hw:numa_cpus." + std::to_string(cell);
        const auto text = input.spec(key);
        if (!text) {
            break;
        }
        auto spec = parse_cpu_spec(*text);
        if (!spec) {
            Refusal refusal = std::move(spec).error();
            refusal.key = key;
            refusal.provenance = Provenance::Flavor;
            return fail(std::move(refusal));
        }
        cells.push_back(*std::move(spec));
    }
    return cells;
}

Judged<std::vector<std::int64_t>> flavor_memory(const RuleInput& input) {
    std::vector<std::int64_t> cells;
    for (int cell = 0; cell < kMaxNumaNodes; ++cell) {
        const std::string key = "hw:numa_mem." + std::to_string(cell);
        const auto text = input.spec(key);
        if (!text) {
            break;
        }
        const auto number = python_int(*text);
        if (!number) {
            return refuse("ValueError", "invalid literal for int() with base 10: '" + *text + "'", key,
                          Provenance::Flavor, flavor_unset_command(input.flavor, key));
        }
        cells.push_back(*number);
    }
    return cells;
}

/// Takes out what flavor and image spell out, so that Nova divides vCPUs and memory evenly.
std::string divide_evenly(const RuleInput& input) {
    std::string commands;
    const auto add = [&](const std::string& command) {
        commands += (commands.empty() ? "" : " && ") + command;
    };
    for (const auto& [key, value] : input.flavor.extra_specs) {
        if (key.starts_with("hw:numa_cpus.") || key.starts_with("hw:numa_mem.")) {
            add(flavor_unset_command(input.flavor, key));
        }
    }
    for (std::size_t cell = 0; cell < input.image.numa_cpus.value_or(std::vector<CpuSpec>{}).size(); ++cell) {
        add(image_unset_command(input.image.id, "hw_numa_cpus." + std::to_string(cell)));
    }
    for (std::size_t cell = 0; cell < input.image.numa_mem.value_or(std::vector<std::int64_t>{}).size();
         ++cell) {
        add(image_unset_command(input.image.id, "hw_numa_mem." + std::to_string(cell)));
    }
    return commands;
}

Judged<ManualCells> manual_cells(const RuleInput& input) {
    const auto both = [&](const char* name) {
        return refuse("ImageNUMATopologyForbidden",
                      std::string("Image property '") + name +
                          "' is not permitted to override NUMA configuration set against the flavor",
                      std::string(name) + ".0", Provenance::Image, divide_evenly(input));
    };
    ManualCells cells;
    NOVA_RT_TRY_ASSIGN(cpus, flavor_cpus(input));
    if (!cpus.empty() && input.image.numa_cpus) {
        return both("hw_numa_cpus");
    }
    cells.cpus = cpus.empty() ? input.image.numa_cpus.value_or(std::vector<CpuSpec>{}) : cpus;
    NOVA_RT_TRY_ASSIGN(memory, flavor_memory(input));
    if (!memory.empty() && input.image.numa_mem) {
        return both("hw_numa_mem");
    }
    cells.memory = memory.empty() ? input.image.numa_mem.value_or(std::vector<std::int64_t>{}) : memory;
    return cells;
}

GuestCell make_cell(std::size_t id, const CpuSet& cpus, std::uint64_t memory, const CpuSet& pinned) {
    return {.id = {static_cast<std::uint32_t>(id)},
            .shared_vcpus = cpus - pinned,
            .pinned_vcpus = cpus & pinned,
            .memory = {memory}};
}

Judged<std::vector<GuestCell>> automatic(const RuleInput& input, std::uint64_t nodes, const CpuSet& pinned) {
    const Flavor& flavor = input.flavor;
    if (flavor.vcpus % nodes != 0 || flavor.memory.value % nodes != 0) {
        return refuse("ImageNUMATopologyAsymmetric",
                      "Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes. "
                      "Explicit assignment of CPUs and memory to nodes is required",
                      "hw:numa_nodes",
                      input.nonempty_spec("hw:numa_nodes") ? Provenance::Flavor : Provenance::Image,
                      flavor_set_command(flavor, "hw:numa_nodes", "1"));
    }
    const auto per_cell = static_cast<unsigned>(flavor.vcpus / nodes);
    std::vector<GuestCell> cells;
    // nodes divides vcpus, so there are never more cells than vCPUs unless there are no vCPUs at all
    for (std::uint64_t node = 0; node < nodes && per_cell > 0; ++node) {
        const auto start = static_cast<unsigned>(node) * per_cell;
        cells.push_back(
            make_cell(node, CpuSet::range(start, start + per_cell - 1), flavor.memory.value / nodes, pinned));
    }
    return cells;
}

Judged<std::vector<GuestCell>> manual(const RuleInput& input, const ManualCells& asked,
                                      const CpuSet& pinned) {
    const Flavor& flavor = input.flavor;
    const auto from = [&](const char* key) {
        return input.spec(std::string(key) + ".0") ? Provenance::Flavor : Provenance::Image;
    };
    const CpuSet all = input.all_vcpus();
    CpuSet unassigned = all;
    std::int64_t total = 0;
    std::vector<GuestCell> cells;
    for (std::size_t node = 0; node < asked.cpus.size(); ++node) {
        const CpuSpec& spec = asked.cpus[node];
        const std::string key = "hw:numa_cpus." + std::to_string(node);
        // Nova walks a set of small integers, which CPython iterates in ascending order
        for (const unsigned cpu : spec.cpus) {
            if (!all.contains(cpu)) {
                break;
            }
            if (!unassigned.contains(cpu)) {
                return refuse("ImageNUMATopologyCPUDuplicates",
                              "CPU number " + std::to_string(cpu) + " is assigned to two nodes", key,
                              from("hw:numa_cpus"), divide_evenly(input));
            }
            unassigned.remove(cpu);
        }
        if (!spec.is_subset_of(all)) {
            const unsigned beyond = (spec.cpus - all).first().value_or(CpuSet::kMaxCpus);
            return refuse("ImageNUMATopologyCPUOutOfRange",
                          "CPU number " + std::to_string(beyond) + " is larger than max " +
                              std::to_string(static_cast<std::int64_t>(flavor.vcpus) - 1),
                          key, from("hw:numa_cpus"), divide_evenly(input));
        }
        const std::int64_t memory = asked.memory[node];
        if (__builtin_add_overflow(total, memory, &total)) {
            total = std::numeric_limits<std::int64_t>::max();
        }
        cells.push_back(
            make_cell(node, spec.cpus, memory > 0 ? static_cast<std::uint64_t>(memory) : 0, pinned));
    }
    if (!unassigned.empty()) {
        return refuse("ImageNUMATopologyCPUsUnassigned",
                      "CPU number {" + unassigned.to_cpulist() + "} is not assigned to any node",
                      "hw:numa_cpus.0", from("hw:numa_cpus"), divide_evenly(input));
    }
    if (total < 0 || static_cast<std::uint64_t>(total) != flavor.memory.value) {
        return refuse("ImageNUMATopologyMemoryOutOfRange",
                      std::to_string(total) + " MB of memory assigned, but expected " +
                          std::to_string(flavor.memory.value) + " MB",
                      "hw:numa_mem.0", from("hw:numa_mem"), divide_evenly(input));
    }
    return cells;
}

} // namespace

Judged<std::optional<std::int64_t>> numa_node_count(const RuleInput& input) {
    constexpr const char* kKey = "hw:numa_nodes";
    const auto flavor = input.nonempty_spec(kKey);
    const auto image = input.image.integer("hw_numa_nodes");
    if (flavor && image.value_or(0) != 0) {
        return refuse("ImageNUMATopologyForbidden",
                      "Image property 'hw_numa_nodes' is not permitted to override NUMA configuration set "
                      "against the flavor",
                      "hw_numa_nodes", Provenance::Image, flavor_unset_command(input.flavor, kKey));
    }
    if (!flavor && !image) {

        return std::nullopt;
    }
    const std::string text = flavor ? *flavor : std::to_string(*image);
    const std::int64_t nodes = is_int_like(text) ? python_int(text).value_or(0) : 0;
    if (nodes < 1) {
        return refuse(
            "InvalidNUMANodesNumber",
            "The property 'numa_nodes' cannot be '" + text + "'. It must be a number greater than 0", kKey,
            flavor ? Provenance::Flavor : Provenance::Image, flavor_set_command(input.flavor, kKey, "1"));
    }
    return nodes;
}

Judged<std::vector<GuestCell>> numa_cells(const RuleInput& input, std::int64_t nodes, const CpuSet& pinned) {
    NOVA_RT_TRY_ASSIGN(asked, manual_cells(input));
    if (asked.cpus.empty() && asked.memory.empty()) {
        return automatic(input, static_cast<std::uint64_t>(nodes), pinned);
    }
    const auto count = static_cast<std::size_t>(nodes);
    if (asked.cpus.size() != count || asked.memory.size() != count) {
        return refuse(
            "ImageNUMATopologyIncomplete", "CPU and memory allocation must be provided for all NUMA nodes",
            "hw:numa_nodes", Provenance::Flavor,
            asked.cpus.size() == asked.memory.size() && !input.image.integer("hw_numa_nodes")
                ? flavor_set_command(input.flavor, "hw:numa_nodes", std::to_string(asked.cpus.size()))
                : divide_evenly(input));
    }
    return manual(input, asked, pinned);
}

} // namespace nova_rt
