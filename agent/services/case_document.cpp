#include "services/case_document.hpp"

#include "base/text.hpp"
#include "services/bounded_json.hpp"
#include "services/host_document.hpp"
#include "services/instance_document.hpp"
#include "services/option_document.hpp"
#include "services/port_document.hpp"
#include "services/usage_document.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr std::int64_t kMaxVcpus = CpuSet::kMaxCpus;
constexpr std::int64_t kMaxMemoryMib = std::int64_t{1} << 40; // an exbibyte
constexpr std::int64_t kMaxDiskGb = std::int64_t{1} << 40;
constexpr std::size_t kMaxPlaced = 4096;

const json& empty_object() {
    static const json kEmpty = json::object();
    return kEmpty;
}

const json& member_or_empty(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? empty_object() : *found;
}

/// The first of two names under which a number is found, otherwise the fallback.
Result<std::uint64_t> either_number(const json& object, const char* ours, const char* theirs,
                                    std::int64_t minimum, std::int64_t maximum, std::int64_t fallback) {
    for (const char* key : {ours, theirs}) {
        // `openstack flavor show` prints an empty text for no swap
        if (const auto found = object.find(key);
            found != object.end() && found->is_string() && found->get_ref<const std::string&>().empty()) {
            continue;
        }
        NOVA_RT_TRY_ASSIGN(value, read_integer(object, key, minimum, maximum, "read flavor"));
        if (value) {
            return static_cast<std::uint64_t>(*value);
        }
    }
    return static_cast<std::uint64_t>(fallback);
}

/// Older clients print properties as one text: hw:cpu_policy='dedicated', hw:cpu_realtime='yes'.
Result<Properties> parse_property_text(std::string_view text) {
    Properties properties;
    text = trimmed(text);
    while (!text.empty()) {
        const auto equals = text.find("='");
        const auto end = equals == std::string_view::npos ? equals : text.find('\'', equals + 2);
        if (end == std::string_view::npos) {
            return fail(ErrorCode::InvalidArgument,
                        "read flavor: properties are not KEY='VALUE', ...: " + nova_rt::quoted(text));
        }
        properties.emplace(trimmed(text.substr(0, equals)), text.substr(equals + 2, end - equals - 2));
        text = trimmed(text.substr(end + 1));
        text.remove_prefix(text.starts_with(',') ? 1 : 0);
        text = trimmed(text);
    }
    return properties;
}

Result<Properties> read_extra_specs(const json& flavor) {
    for (const char* key : {"extra_specs", "properties"}) {
        const auto found = flavor.find(key);
        if (found == flavor.end()) {
            continue;
        }
        if (found->is_string()) {
            return parse_property_text(found->get_ref<const std::string&>());
        }
        return read_properties(flavor, key, "read flavor");
    }
    return Properties{};
}

Result<std::string> text_or(const json& object, const char* key, const char* fallback,
                            const std::string& where) {
    NOVA_RT_TRY_ASSIGN(text, read_text(object, key, where));
    return text.value_or(fallback);
}

Result<std::vector<PlacedGuest>> read_placed(const json& document) {
    std::vector<PlacedGuest> guests;
    const json& placed = member_or_empty(document, "placed");
    if (!placed.is_array() && !placed.empty()) {
        return fail(ErrorCode::InvalidArgument, "read case: placed is not a list");
    }
    if (placed.size() > kMaxPlaced) {
        return fail(ErrorCode::InvalidArgument,
                    "read case: more than " + std::to_string(kMaxPlaced) + " guests are placed");
    }
    for (const json& guest : placed) {
        NOVA_RT_TRY(expect_object(guest, "read placed guest"));
        NOVA_RT_TRY_ASSIGN_CONTEXT(flavor, read_flavor(member_or_empty(guest, "flavor")), "placed guest");
        NOVA_RT_TRY_ASSIGN_CONTEXT(image, read_image(member_or_empty(guest, "image")), "placed guest");
        guests.push_back({.flavor = std::move(flavor), .image = std::move(image)});
    }
    return guests;
}

Result<std::optional<AllocationLimits>> read_limits(const json& document) {
    const json& limits = member_or_empty(document, "limits");
    NOVA_RT_TRY(expect_object(limits, "read limits"));
    if (limits.empty()) {
        return std::nullopt;
    }
    AllocationLimits read;
    for (const auto& [key, target] : {std::pair("cpu_allocation_ratio", &read.cpu_allocation_ratio),
                                      std::pair("ram_allocation_ratio", &read.ram_allocation_ratio)}) {
        const auto found = limits.find(key);
        if (found == limits.end()) {
            continue;
        }
        if (!found->is_number() || found->get<double>() < 0) {
            return fail(ErrorCode::InvalidArgument,
                        std::string("read limits: ") + key + " is not a number from 0 on");
        }
        *target = found->get<double>();
    }
    return read;
}

Status read_skipped_stages(const json& document, TranslationInput& input) {
    const json& skip = member_or_empty(document, "skip");
    if (!skip.is_array() && !skip.empty()) {
        return fail(ErrorCode::InvalidArgument, "read case: skip is not a list");
    }
    for (const json& stage : skip) {
        if (stage == "schema") {
            input.schema_stage = StageMode::Skip;
        } else if (stage == "api") {
            input.api_stage = StageMode::Skip;
        } else {
            return fail(ErrorCode::InvalidArgument,
                        "read case: only the stages schema and api can be skipped, not " +
                            nova_rt::quoted(stage.dump()));
        }
    }
    return {};
}

template <typename Value>
Result<Value> parse_with(std::string_view text, Result<Value> (*read)(const json&)) {
    NOVA_RT_TRY_ASSIGN(document, parse_bounded_json(text));
    return read(document);
}

} // namespace

Result<Flavor> read_flavor(const json& document) {
    NOVA_RT_TRY(expect_object(document, "read flavor"));
    if (const auto wrapped = document.find("flavor"); wrapped != document.end() && wrapped->is_object()) {
        return read_flavor(*wrapped);
    }
    Flavor flavor;
    NOVA_RT_TRY_ASSIGN(name, text_or(document, "name", "oracle.flavor", "read flavor"));
    NOVA_RT_TRY_ASSIGN(
        id, text_or(document, document.contains("flavorid") ? "flavorid" : "id", "1", "read flavor"));
    NOVA_RT_TRY_ASSIGN(vcpus, either_number(document, "vcpus", "vcpus", 1, kMaxVcpus, 1));
    NOVA_RT_TRY_ASSIGN(memory, either_number(document, "memory_mb", "ram", 1, kMaxMemoryMib, 512));
    const bool openstack = document.contains("ram");
    NOVA_RT_TRY_ASSIGN(root, either_number(document, "root_gb", "disk", 0, kMaxDiskGb, openstack ? 0 : 10));
    NOVA_RT_TRY_ASSIGN(
        ephemeral, either_number(document, "ephemeral_gb", "OS-FLV-EXT-DATA:ephemeral", 0, kMaxDiskGb, 0));
    NOVA_RT_TRY_ASSIGN(swap, either_number(document, "swap", "swap", 0, kMaxMemoryMib, 0));
    NOVA_RT_TRY_ASSIGN(extra_specs, read_extra_specs(document));
    flavor.name = name;
    flavor.id = id;
    flavor.vcpus = vcpus;
    flavor.memory = {memory};
    flavor.root_gb = root;
    flavor.ephemeral_gb = ephemeral;
    flavor.swap = {swap};
    flavor.extra_specs = std::move(extra_specs);
    return flavor;
}

Result<Image> read_image(const json& document) {
    const std::string where = "read image";
    NOVA_RT_TRY(expect_object(document, where));
    Image image;
    NOVA_RT_TRY_ASSIGN(id, text_or(document, "id", "155d900f-4e14-4e4c-a73d-069cbf4541e6", where));
    NOVA_RT_TRY_ASSIGN(name, text_or(document, "name", "oracle-image", where));
    NOVA_RT_TRY_ASSIGN(disk, text_or(document, "disk_format", "qcow2", where));
    NOVA_RT_TRY_ASSIGN(container, text_or(document, "container_format", "bare", where));
    image.id = id;
    image.name = name;
    image.disk_format = disk;
    image.container_format = container;
    Properties properties;
    const json& listed = member_or_empty(document, "properties");
    NOVA_RT_TRY(expect_object(listed, where + " properties"));
    for (const auto& [key, value] : listed.items()) {
        // Glance keeps records of its own there ("os_hash_algo", stores, locations), some of them nested
        if (value.is_structured()) {
            continue;
        }
        if (value.is_null()) {
            return fail(ErrorCode::InvalidArgument,
                        where + ": property " + nova_rt::quoted(key) + " is null");
        }
        properties[key] = value.is_string()    ? value.get<std::string>()
                          : value.is_boolean() ? (value.get<bool>() ? "True" : "False")
                                               : value.dump();
    }
    image.properties = std::move(properties);
    return image;
}

Result<TranslationInput> read_case(const json& document) {
    NOVA_RT_TRY(expect_object(document, "read case"));
    TranslationInput input;
    NOVA_RT_TRY_ASSIGN(name, text_or(document, "name", "", "read case"));
    input.name = name;
    if (!document.contains("flavor")) {
        return fail(ErrorCode::InvalidArgument, "read case: there is no flavor");
    }
    NOVA_RT_TRY_ASSIGN(flavor, read_flavor(document["flavor"]));
    NOVA_RT_TRY_ASSIGN(image, read_image(member_or_empty(document, "image")));
    input.flavor = std::move(flavor);
    input.image = std::move(image);
    if (const json& host = member_or_empty(document, "host"); !host.empty()) {
        NOVA_RT_TRY_ASSIGN(topology, read_host(host));
        input.host = std::move(topology);
    }
    NOVA_RT_TRY(read_nova_options(member_or_empty(document, "conf"), input));
    NOVA_RT_TRY_ASSIGN(release, read_text(document, "nova_release", "read case"));
    if (release) {
        NOVA_RT_TRY_ASSIGN_CONTEXT(known, parse_nova_release(*release), "read case");
        input.options.release = known;
    }
    NOVA_RT_TRY_ASSIGN(usage, read_usage(member_or_empty(document, "usage")));
    NOVA_RT_TRY_ASSIGN(placed, read_placed(document));
    NOVA_RT_TRY_ASSIGN(limits, read_limits(document));
    NOVA_RT_TRY_ASSIGN(ports, read_ports(member_or_empty(document, "vifs")));
    NOVA_RT_TRY(read_skipped_stages(document, input));
    input.usage = std::move(usage);
    input.placed = std::move(placed);
    input.limits = limits;
    input.ports = std::move(ports);
    NOVA_RT_TRY(read_instance(member_or_empty(document, "instance"), input));
    return input;
}

Result<Flavor> parse_flavor_document(std::string_view text) {
    return parse_with<Flavor>(text, read_flavor);
}

Result<Image> parse_image_document(std::string_view text) {
    return parse_with<Image>(text, read_image);
}

Result<HostTopology> parse_host_document(std::string_view text) {
    return parse_with<HostTopology>(text, read_host);
}

Result<TranslationInput> parse_case_document(std::string_view text) {
    return parse_with<TranslationInput>(text, read_case);
}

} // namespace nova_rt
