#include "flavor/extra_specs.hpp"

#include "base/text.hpp"
#include "flavor/character_class.hpp"
#include "flavor/extra_spec_values.hpp"
#include "flavor/nova_values.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace nova_rt {

namespace {

/// The name behind "trait{group}:" or "resources{group}:", none when the key has another namespace.
/// A group is [a-zA-Z0-9_-]{0,64}.
std::optional<std::string_view> grouped_name(std::string_view key, std::string_view prefix) {
    const auto colon = key.find(':');
    if (colon == std::string_view::npos || !key.starts_with(prefix)) {
        return std::nullopt;
    }
    constexpr std::size_t kMaxGroup = 64;
    const std::string_view group = key.substr(prefix.size(), colon - prefix.size());
    if (group.size() > kMaxGroup || !all_of(group, [](char c) { return is_word(c) || c == '-'; })) {
        return std::nullopt;
    }
    return key.substr(colon + 1);
}

bool is_custom_name(std::string_view name) {
    constexpr std::string_view kPrefix = "CUSTOM_";
    return name.starts_with(kPrefix) && name.size() > kPrefix.size() &&
           all_of(name, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; });
}

constexpr std::string_view kCapabilities =
    " id uuid service_id host vcpus memory_mb local_gb vcpus_used memory_mb_used local_gb_used "
    "hypervisor_type hypervisor_version hypervisor_hostname free_ram_mb free_disk_gb current_workload "
    "running_vms disk_available_least host_ip mapped cpu_allocation_ratio ram_allocation_ratio "
    "disk_allocation_ratio total_usable_ram_mb total_usable_disk_gb disk_mb_used free_disk_mb vcpus_total "
    "num_instances num_io_ops failed_builds aggregates cell_uuid updated ";
constexpr std::string_view kFilteredCapabilities =
    " cpu_info metrics stats numa_topology supported_hv_specs pci_device_pools nodename pci_stats "
    "supported_instances limits instances ";

bool is_capability(std::string_view name) {
    const auto in = [](std::string_view list, std::string_view word) {
        return !word.empty() && word.find(' ') == std::string_view::npos &&
               list.find(" " + std::string(word) + " ") != std::string_view::npos;
    };
    if (in(kCapabilities, name)) {
        return true;
    }
    const auto parts = split(name, ':');
    return in(kFilteredCapabilities, parts.front()) && std::ranges::all_of(parts, [](std::string_view part) {
               return !part.empty() && all_of(part, is_word);
           });
}

constexpr std::array<std::string_view, 9> kNamespaces = {
    "accel", "capabilities", "hw", "hw_rng", "hw_video", "os", "pci_passthrough", "quota", "vmware"};

/// Rows for the two families whose names come from lists.
constexpr ExtraSpec kAnyTrait = {.key = "trait",
                                 .kind = ValueKind::Choice,
                                 .scope = SpecScope::Scheduler,
                                 .choices = "required,forbidden"};
constexpr ExtraSpec kAnyResource = {
    .key = "resources", .kind = ValueKind::Integer, .scope = SpecScope::Scheduler};
constexpr ExtraSpec kAnyText = {.key = "text", .kind = ValueKind::Text, .scope = SpecScope::Scheduler};

struct KeyJudgement {
    const ExtraSpec* row = nullptr; ///< what the value must satisfy
    bool unknown = false;           ///< an unknown name in a namespace that Nova knows
};

KeyJudgement judge_key(std::string_view key, NovaRelease release) {
    if (const ExtraSpec* const row = find_extra_spec(key, release)) {
        return {.row = row};
    }
    if (const auto name = grouped_name(key, "resources")) {
        const bool known = is_standard_resource_class(*name) || is_custom_name(*name);
        return {.row = known ? &kAnyResource : nullptr, .unknown = !known};
    }
    if (const auto name = grouped_name(key, "trait")) {
        const bool known = is_standard_trait(*name) || is_custom_name(*name);
        return {.row = known ? &kAnyTrait : nullptr, .unknown = !known};
    }
    const auto colon = key.find(':');
    if (colon == std::string_view::npos) {
        return {};
    }
    const std::string_view space = key.substr(0, colon);
    const std::string_view name = key.substr(colon + 1);
    if (space == "aggregate_instance_extra_specs") {
        const bool known = !name.empty() && name.find('\n') == std::string_view::npos;
        return {.row = known ? &kAnyText : nullptr, .unknown = !known};
    }
    if (space == "capabilities" && is_capability(name)) {
        return {.row = &kAnyText};
    }
    const bool known_space = std::ranges::find(kNamespaces, space) != kNamespaces.end();
    return {.row = nullptr, .unknown = known_space};
}

Refusal schema_refusal(std::string_view key, std::string message, std::string repair) {
    return {.stage = "schema",
            .type = "ValidationError",
            .message = "Validation failed; " + std::move(message),
            .key = std::string(key),
            .provenance = Provenance::Flavor,
            .repair = std::move(repair)};
}

/// "hw:numa_cpus.{num}" among them, which is no key itself.
std::vector<std::string> known_keys(NovaRelease release) {
    std::vector<std::string> keys;
    for (const auto table : {nova_extra_specs(), extra_specs_since_33(), rt_extra_specs()}) {
        for (const auto& row : table) {
            if (row.key.ends_with('}') || find_extra_spec(row.key, release) != nullptr) {
                keys.emplace_back(row.key);
            }
        }
    }
    return keys;
}

/// The value that was likely meant, or else the key goes.
std::string repaired_value(const Flavor& flavor, const ExtraSpec& row, const std::string& key,
                           const std::string& value) {
    const bool vcpu_mask = key == "hw:cpu_realtime_mask" || key == "hw:cpu_dedicated_mask";
    if (vcpu_mask && flavor.vcpus > 1) {
        return flavor_set_command(flavor, key, "^0");
    }
    if (row.kind == ValueKind::Choice) {
        const auto choices = split(row.choices, ',');
        if (const auto near = nearest_match(value, {choices.begin(), choices.end()})) {
            return flavor_set_command(flavor, key, *near);
        }
    }
    return flavor_unset_command(flavor, key);
}

Refusal unknown_key(const Flavor& flavor, const std::string& key, const std::string& value,
                    NovaRelease release) {
    std::string message = "extra spec '" + key + "' does not appear to be a valid extra spec.";
    std::string repair = flavor_unset_command(flavor, key);
    if (const auto near = nearest_match(key, known_keys(release))) {
        message += " Did you mean " + *near + "?";
        repair += " && " + flavor_set_command(flavor, *near, value);
    }
    return schema_refusal(key, std::move(message), std::move(repair));
}

} // namespace

bool is_unknown_extra_spec(std::string_view key, NovaRelease release) {
    return judge_key(key, release).unknown;
}

std::optional<std::string> nearest_extra_spec(std::string_view key, NovaRelease release) {
    return nearest_match(key, known_keys(release));
}

std::vector<Reason> unknown_rt_keys(const Flavor& flavor) {
    std::vector<Reason> reasons;
    for (const auto& [key, value] : flavor.extra_specs) {
        if (!key.starts_with("rt:") || find_extra_spec(key) != nullptr) {
            continue;
        }
        const auto near = nearest_extra_spec(key);
        reasons.push_back({.severity = Reason::Severity::Warning,
                           .subject = quoted(key, kMaxPropertyBytes),
                           .text = "no such key: Nova lets it through and nothing acts on it" +
                                   (near ? ", did you mean " + *near + "?" : "")});
    }
    return reasons;
}

Verdict check_property_sizes(const Properties& properties, Provenance provenance) {
    const auto too_big = [&](const std::string& key, std::string message) {
        Refusal refusal = schema_refusal(key, std::move(message), {});
        refusal.provenance = provenance;
        return fail(std::move(refusal));
    };
    if (properties.size() > kMaxProperties) {
        return too_big({}, "there are " + std::to_string(properties.size()) + " properties, more than " +
                               std::to_string(kMaxProperties) + ".");
    }
    for (const auto& [key, value] : properties) {
        if (key.empty() || key.size() > kMaxPropertyBytes || !is_valid_utf8(key)) {
            return too_big(key, "the key " + quoted(key) + " is not text of 1 to " +
                                    std::to_string(kMaxPropertyBytes) + " bytes.");
        }
        if (value.size() > kMaxPropertyBytes || (!value.empty() && !is_valid_utf8(value))) {
            return too_big(key, "the value of " + quoted(key) + " is not text of up to " +
                                    std::to_string(kMaxPropertyBytes) + " bytes: " + quoted(value));
        }
    }
    return {};
}

Verdict validate_extra_specs(const Flavor& flavor, NovaRelease release) {
    NOVA_RT_TRY(check_property_sizes(flavor.extra_specs, Provenance::Flavor));
    for (const auto& [key, value] : flavor.extra_specs) {
        const KeyJudgement judgement = judge_key(key, release);
        if (judgement.unknown) {
            return fail(unknown_key(flavor, key, value, release));
        }
        if (judgement.row == nullptr) {
            continue;
        }
        if (std::string message = value_complaint(*judgement.row, value); !message.empty()) {
            return fail(
                schema_refusal(key, std::move(message), repaired_value(flavor, *judgement.row, key, value)));
        }
    }
    return {};
}

} // namespace nova_rt
