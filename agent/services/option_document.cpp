#include "services/option_document.hpp"

#include "base/text.hpp"
#include "flavor/nova_values.hpp"
#include "services/bounded_json.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr const char* kWhere = "read conf";
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// "compute.cpu_shared_set" as operators know it: group and name.
std::pair<std::string_view, std::string_view> group_and_name(std::string_view key) {
    const auto dot = key.find('.');
    return dot == std::string_view::npos ? std::pair(std::string_view("DEFAULT"), key)
                                         : std::pair(key.substr(0, dot), key.substr(dot + 1));
}

Refusal config_refusal(const char* type, std::string message, std::string_view key, std::string_view right) {
    const auto [group, name] = group_and_name(key);
    return {.stage = "hostconf",
            .type = type,
            .message = std::move(message),
            .key = "[" + std::string(group) + "]" + std::string(name),
            .provenance = Provenance::Config,
            .repair = conf_line(group, name, right)};
}

constexpr std::string_view kRightCpus = "(a set of CPUs, like 0-3,8)";

/// A CPU set option: nova/virt/hardware.py, get_vcpu_pin_set and its likes. Empty text is unset.
Judged<std::optional<CpuSet>> judge_cpu_set(const std::optional<std::string>& text, const char* key) {
    if (!text || text->empty()) {
        return std::nullopt;
    }
    auto spec = parse_cpu_spec(*text);
    if (!spec) {
        return fail(config_refusal("Invalid", spec.error().message, key, kRightCpus));
    }
    if (spec->empty()) {
        return fail(config_refusal(
            "Invalid", "No CPUs available after parsing '" + std::string(key) + "' config, '" + *text + "'",
            key, kRightCpus));
    }
    if (spec->beyond_limit) {
        return fail(config_refusal("Invalid",
                                   "Invalid '" + std::string(key) + "' config: CPU numbers end at " +
                                       std::to_string(CpuSet::kMaxCpus - 1),
                                   key, kRightCpus));
    }
    return std::optional(spec->cpus);
}

struct CpuSetOption {
    std::array<const char*, 2> keys; ///< with and without the group DEFAULT
    std::optional<CpuSet> NovaOptions::* target;
};

constexpr std::array<CpuSetOption, 3> kCpuSets = {{
    {{"vcpu_pin_set", "DEFAULT.vcpu_pin_set"}, &NovaOptions::vcpu_pin_set},
    {{"compute.cpu_shared_set", "compute.cpu_shared_set"}, &NovaOptions::cpu_shared_set},
    {{"compute.cpu_dedicated_set", "compute.cpu_dedicated_set"}, &NovaOptions::cpu_dedicated_set},
}};

Status read_cpu_sets(const json& conf, TranslationInput& input) {
    for (const auto& option : kCpuSets) {
        for (const char* key : option.keys) {
            NOVA_RT_TRY_ASSIGN(text, read_text(conf, key, kWhere));
            if (!text) {
                continue;
            }
            auto set = judge_cpu_set(text, key);
            if (set) {
                input.options.*option.target = *std::move(set);
            } else if (!input.options_refusal) {
                input.options_refusal = std::move(set).error();
            }
        }
    }
    return {};
}

/// One entry {"node", "size", "count"}, all of them numbers or text; size may have a unit.
std::optional<ReservedPages> reserved_entry(const json& entry) {
    if (!entry.is_object()) {
        return std::nullopt;
    }
    const auto text = [&](const char* key) {
        const auto value = read_text(entry, key, kWhere);
        return value && *value ? **value : std::string();
    };
    const auto node = python_int(text("node"));
    const auto count = python_int(text("count"));
    std::optional<std::uint64_t> size;
    if (const auto number = python_int(text("size"))) {
        size = *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
    } else if (const auto bytes = string_to_bytes(text("size"))) {
        size = *bytes / 1024;
    }
    if (!node || !count || !size || *node < 0 || *node > std::numeric_limits<std::uint32_t>::max() ||
        *count < 0) {
        return std::nullopt;
    }
    return ReservedPages{.cell = {static_cast<std::uint32_t>(*node)},
                         .size = {*size},
                         .count = static_cast<std::uint64_t>(*count)};
}

void read_reserved_pages(const json& conf, TranslationInput& input) {
    const auto found = conf.find("reserved_huge_pages");
    if (found == conf.end() || !found->is_array()) {
        return;
    }
    for (const json& entry : *found) {
        if (const auto reserved = reserved_entry(entry)) {
            input.options.reserved_huge_pages.push_back(*reserved);
            continue;
        }
        // LibvirtDriver.__init__ reads the option before the stage "hostconf"
        if (!input.options_refusal) {
            input.options_refusal = config_refusal(
                "InvalidReservedMemoryPagesOption",
                "The format of the option 'reserved_huge_pages' is invalid. (found '" +
                    found->dump().substr(0, 200) + "') Please refer to the nova config-reference.",
                "reserved_huge_pages", "node:0,size:2048,count:64");
            input.options_refusal->stage = "driver";
        }
    }
}

Status read_numbers(const json& conf, NovaOptions& options) {
    const auto whole = [&](const char* key, std::int64_t minimum, std::int64_t maximum) {
        return read_integer(conf, key, minimum, maximum, kWhere);
    };
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    NOVA_RT_TRY_ASSIGN(priority, whole("libvirt.realtime_scheduler_priority", kLeast, kMost));
    NOVA_RT_TRY_ASSIGN(balloon, whole("libvirt.mem_stats_period_seconds", kLeast, kMost));
    NOVA_RT_TRY_ASSIGN(file_backed, whole("libvirt.file_backed_memory", 0, kMost));
    NOVA_RT_TRY_ASSIGN(reserved, whole("reserved_host_cpus", 0, kMost));
    options.realtime_scheduler_priority = priority.value_or(options.realtime_scheduler_priority);
    options.mem_stats_period_seconds = balloon.value_or(options.mem_stats_period_seconds);
    options.file_backed_memory = file_backed.value_or(0);
    options.reserved_host_cpus = reserved.value_or(0);
    const auto small = [&](const char* key, std::int64_t maximum, std::optional<unsigned>& target) -> Status {
        NOVA_RT_TRY_ASSIGN(value, whole(key, 0, maximum));
        if (value) {
            target = static_cast<unsigned>(*value);
        }
        return {};
    };
    constexpr std::int64_t kMaxRing = 1024;
    constexpr std::int64_t kMaxQueues = 65535;
    constexpr std::int64_t kMaxPciePorts = 28;
    NOVA_RT_TRY(small("libvirt.rx_queue_size", kMaxRing, options.rx_queue_size));
    NOVA_RT_TRY(small("libvirt.tx_queue_size", kMaxRing, options.tx_queue_size));
    NOVA_RT_TRY(small("libvirt.max_queues", kMaxQueues, options.max_queues));
    NOVA_RT_TRY(small("libvirt.num_pcie_ports", kMaxPciePorts, options.num_pcie_ports));
    return {};
}

/// A list of texts, or one text with commas.
Status read_list(const json& conf, const char* key, std::vector<std::string>& target) {
    const auto found = conf.find(key);
    if (found == conf.end() || found->is_null()) {
        return {};
    }
    if (found->is_string()) {
        for (const auto piece : split(found->get_ref<const std::string&>(), ',')) {
            target.emplace_back(trimmed(piece));
        }
        return {};
    }
    for (const json& entry : *found) {
        if (!entry.is_string()) {
            return fail(ErrorCode::InvalidArgument,
                        std::string(kWhere) + ": " + key + " is not a list of texts");
        }
        target.push_back(entry.get<std::string>());
    }
    return {};
}

Status read_texts(const json& conf, NovaOptions& options) {
    NOVA_RT_TRY_ASSIGN(virt_type, read_text(conf, "libvirt.virt_type", kWhere));
    NOVA_RT_TRY_ASSIGN(cpu_mode, read_text(conf, "libvirt.cpu_mode", kWhere));
    options.virt_type = virt_type.value_or(options.virt_type);
    options.cpu_mode = cpu_mode.value_or(options.cpu_mode);
    NOVA_RT_TRY(read_list(conf, "libvirt.cpu_models", options.cpu_models));
    NOVA_RT_TRY(read_list(conf, "libvirt.cpu_model_extra_flags", options.cpu_model_extra_flags));
    constexpr const char* kPacking = "compute.packing_host_numa_cells_allocation_strategy";
    NOVA_RT_TRY_ASSIGN(packing, read_text(conf, kPacking, kWhere));
    if (packing) {
        const auto value = strict_bool(*packing);
        if (!value) {
            return fail(ErrorCode::InvalidArgument, std::string(kWhere) + ": " + kPacking + " is " +
                                                        nova_rt::quoted(*packing) + ", not a boolean");
        }
        options.packing_cells = *value;
    }
    std::vector<std::string> machines;
    NOVA_RT_TRY(read_list(conf, "libvirt.hw_machine_type", machines));
    for (const std::string& mapping : machines) {
        const auto equals = mapping.find('=');
        // Nova warns of an entry without a machine and goes on; the first one for an architecture counts
        if (equals != std::string::npos && equals + 1 < mapping.size()) {
            options.machine_types.emplace(mapping.substr(0, equals), mapping.substr(equals + 1));
        }
    }
    return {};
}

} // namespace

Status read_nova_options(const json& conf, TranslationInput& input) {
    NOVA_RT_TRY(expect_object(conf, kWhere));
    NOVA_RT_TRY(read_cpu_sets(conf, input));
    read_reserved_pages(conf, input);
    NOVA_RT_TRY(read_numbers(conf, input.options));
    return read_texts(conf, input.options);
}

} // namespace nova_rt
