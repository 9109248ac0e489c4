#include "flavor/image_meta.hpp"

#include "base/text.hpp"
#include "flavor/extra_specs.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace nova_rt {

namespace {

constexpr int kMaxNumaNodes = 128; // nova/objects/image_meta.py, NUMA_NODES_MAX

/// Source: ImageMetaProps._legacy_property_map. The current name wins when both are set.
constexpr std::array<std::pair<std::string_view, std::string_view>, 19> kLegacyNames = {{
    {"architecture", "hw_architecture"},
    {"owner_id", "img_owner_id"},
    {"vmware_disktype", "hw_disk_type"},
    {"vmware_image_version", "img_version"},
    {"vmware_ostype", "os_distro"},
    {"auto_disk_config", "hw_auto_disk_config"},
    {"ipxe_boot", "hw_ipxe_boot"},
    {"xenapi_device_id", "hw_device_id"},
    {"xenapi_image_compression_level", "img_compression_level"},
    {"vmware_linked_clone", "img_linked_clone"},
    {"xenapi_use_agent", "img_use_agent"},
    {"xenapi_skip_agent_inject_ssh", "os_skip_agent_inject_ssh"},
    {"xenapi_skip_agent_inject_files_at_boot", "os_skip_agent_inject_files_at_boot"},
    {"cache_in_nova", "img_cache_in_nova"},
    {"vm_mode", "hw_vm_mode"},
    {"bittorrent", "img_bittorrent"},
    {"bdm_v2", "img_bdm_v2"},
    {"root_device_name", "img_root_device_name"},
    {"hypervisor_type", "img_hv_type"},
}};

Refusal image_refusal(std::string_view key, std::string message) {
    return {.stage = "image",
            .type = "ValueError",
            .message = std::move(message),
            .key = std::string(key),
            .provenance = Provenance::Image,
            .repair = {}};
}

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// The spellings Nova accepts besides the canonical ones. Source: nova/objects/fields.py, coerce methods.
std::string canonical(std::string_view key, const std::string& value) {
    constexpr std::array<std::array<std::string_view, 3>, 9> kSynonyms = {{
        {"hw_architecture", "i386", "i686"},
        {"hw_architecture", "i486", "i686"},
        {"hw_architecture", "i586", "i686"},
        {"hw_architecture", "amd64", "x86_64"},
        {"hw_vm_mode", "pv", "xen"},
        {"hw_vm_mode", "hv", "hvm"},
        {"hw_vm_mode", "baremetal", "hvm"},
        {"hw_scsi_model", "lsilogicsas", "lsisas1068"},
        {"hw_scsi_model", "paravirtual", "vmpvscsi"},
    }};
    constexpr std::array<std::string_view, 6> kCaseless = {"hw_architecture", "hw_emulation_architecture",
                                                           "hw_vm_mode",      "hw_vif_model",
                                                           "hw_scsi_model",   "img_hv_type"};
    if (std::ranges::find(kCaseless, key) == kCaseless.end()) {
        return value;
    }
    const std::string name = lowered(value);
    const std::string_view family = key == "hw_emulation_architecture" ? "hw_architecture" : key;
    for (const auto& [property, synonym, meaning] : kSynonyms) {
        if (property == family && synonym == name) {
            return std::string(meaning);
        }
    }
    return key == "img_hv_type" && name == "xapi" ? "xen" : name;
}

Verdict set_property(ImageMeta& meta, const ImageProperty& property, const std::string& value) {
    const std::string key(property.key);
    switch (property.kind) {
    case PropertyKind::Boolean:
        meta.booleans[key] = lenient_bool(value);
        return {};
    case PropertyKind::Integer: {
        const auto number = python_int(value);
        if (!number) {
            return fail(
                image_refusal(key, "invalid literal for int() with base 10: '" + value + "' in " + key));
        }
        meta.integers[key] = *number;
        return {};
    }
    case PropertyKind::Choice: {
        const std::string name = canonical(property.key, value);
        const auto choices = split(property.choices, ',');
        if (std::ranges::find(choices, name) == choices.end()) {
            return fail(image_refusal(key, "Field value " + value + " is invalid"));
        }
        meta.texts[key] = name;
        return {};
    }
    case PropertyKind::Text:
        meta.texts[key] = value;
        return {};
    }
    return {};
}

Verdict set_numa_cells(ImageMeta& meta, const Properties& properties) {
    std::vector<CpuSpec> cpus;
    std::vector<std::int64_t> memory;
    for (int cell = 0; cell < kMaxNumaNodes; ++cell) {
        const std::string key = "hw_numa_cpus." + std::to_string(cell);
        const auto value = find_property(properties, key);
        if (!value) {
            break;
        }
        auto spec = parse_cpu_spec(*value);
        if (!spec) {
            Refusal refusal = std::move(spec).error();
            refusal.stage = "image";
            refusal.key = key;
            refusal.provenance = Provenance::Image;
            return fail(std::move(refusal));
        }
        cpus.push_back(*std::move(spec));
    }
    for (int cell = 0; cell < kMaxNumaNodes; ++cell) {
        const std::string key = "hw_numa_mem." + std::to_string(cell);
        const auto value = find_property(properties, key);
        if (!value) {
            break;
        }
        const auto number = python_int(*value);
        if (!number) {
            return fail(image_refusal(key, "invalid literal for int() with base 10: '" + *value + "'"));
        }
        memory.push_back(*number);
    }
    meta.numa_cpus = cpus.empty() ? std::nullopt : std::optional(std::move(cpus));
    meta.numa_mem = memory.empty() ? std::nullopt : std::optional(std::move(memory));
    return {};
}

Verdict set_legacy_names(ImageMeta& meta, const Properties& given) {
    const auto properties = image_properties();
    for (const auto& [legacy, current] : kLegacyNames) {
        const auto value = find_property(given, std::string(legacy));
        const auto row =
            std::ranges::find_if(properties, [name = current](const auto& each) { return each.key == name; });
        if (value && row != properties.end()) {
            NOVA_RT_TRY(set_property(meta, *row, *value));
        }
    }
    return {};
}

template <typename Value>
std::optional<Value> find_in(const std::map<std::string, Value>& values, const std::string& key) {
    const auto found = values.find(key);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

Verdict set_properties(ImageMeta& meta, const Properties& given, std::span<const ImageProperty> known) {
    for (const auto& property : known) {
        if (const auto value = find_property(given, std::string(property.key))) {
            NOVA_RT_TRY(set_property(meta, property, *value));
        }
    }
    return {};
}

} // namespace

std::optional<bool> ImageMeta::boolean(const std::string& key) const {
    return find_in(booleans, key);
}

std::optional<std::int64_t> ImageMeta::integer(const std::string& key) const {
    return find_in(integers, key);
}

std::optional<std::string> ImageMeta::text(const std::string& key) const {
    return find_in(texts, key);
}

namespace {

Judged<ImageMeta> coerce(const Image& image, NovaRelease release) {
    if (auto sizes = check_property_sizes(image.properties, Provenance::Image); !sizes) {
        Refusal refusal = std::move(sizes).error();
        refusal.stage = "image";
        return fail(std::move(refusal));
    }
    ImageMeta meta;
    meta.id = image.id;
    meta.name = image.name;
    NOVA_RT_TRY(set_legacy_names(meta, image.properties));
    NOVA_RT_TRY(set_properties(meta, image.properties, image_properties()));
    if (release == NovaRelease::Gazpacho) {
        NOVA_RT_TRY(set_properties(meta, image.properties, image_properties_since_33()));
    }
    NOVA_RT_TRY(set_numa_cells(meta, image.properties));
    constexpr std::string_view kTrait = "trait:";
    for (const auto& [key, value] : image.properties) {
        if (key.starts_with(kTrait) && value == "required") {
            meta.required_traits.insert(key.substr(kTrait.size()));
        }
    }
    return meta;
}

} // namespace

Judged<ImageMeta> coerce_image(const Image& image, NovaRelease release) {
    return coerce(image, release).map_error([&](Refusal refusal) {
        if (!refusal.key.empty() && refusal.repair.empty()) {
            refusal.repair = image_unset_command(image.id, refusal.key);
        }
        return refusal;
    });
}

} // namespace nova_rt
