#include "flavor/origins.hpp"

#include "flavor/extra_specs.hpp"

#include <algorithm>

namespace nova_rt {

namespace {

constexpr const char* kPolicy = "hw:cpu_policy";
constexpr const char* kThreadPolicy = "hw:cpu_thread_policy";
constexpr const char* kMask = "hw:cpu_realtime_mask";
constexpr const char* kPageSize = "hw:mem_page_size";
constexpr const char* kHyperthreading = ":HW_CPU_HYPERTHREADING";

std::optional<std::string> image_value(const ImageMeta& image, const std::string& key) {
    if (const auto text = image.text(key)) {
        return text->empty() ? std::nullopt : text;
    }
    if (const auto number = image.integer(key)) {
        return std::to_string(*number);
    }
    if (const auto flag = image.boolean(key)) {
        return *flag ? "true" : "false";
    }
    return std::nullopt;
}

/// The image property of an extra spec, numbered like it; "" when it has none.
std::string twin_of(const std::string& spec_key, NovaRelease release) {
    constexpr std::string_view kMaximum = "hw:cpu_max_"; // not in Nova's table of 26.2, and read all the same
    if (spec_key.starts_with(kMaximum)) {
        return "hw_cpu_max_" + spec_key.substr(kMaximum.size());
    }
    const ExtraSpec* const row = find_extra_spec(spec_key, release);
    if (row == nullptr || row->image_property.empty()) {
        return "";
    }
    std::string twin(row->image_property);
    if (const auto hole = twin.find("{num}"); hole != std::string::npos) {
        twin = twin.substr(0, hole) + spec_key.substr(row->key.find("{num}"));
    }
    return twin;
}

bool image_has(const ImageMeta& image, const std::string& twin) {
    return image_value(image, twin).has_value() || (twin.starts_with("hw_numa_cpus.") && image.numa_cpus) ||
           (twin.starts_with("hw_numa_mem.") && image.numa_mem);
}

std::optional<Origin> from_image(const RuleInput& input, const std::string& spec_key) {
    const std::string twin = twin_of(spec_key, input.release);
    if (twin.empty() || !image_has(input.image, twin)) {
        return std::nullopt;
    }
    return Origin{
        .key = twin, .provenance = Provenance::Image, .value = image_value(input.image, twin).value_or("")};
}

/// The first extra spec that begins with one word and holds another.
std::optional<Origin> family_member(const RuleInput& input, std::string_view family, std::string_view name) {
    for (const auto& [key, value] : input.flavor.extra_specs) {
        if (key.starts_with(family) && key.find(name) != std::string::npos) {
            return Origin{.key = key, .provenance = Provenance::Flavor, .value = value};
        }
    }
    return std::nullopt;
}

/// A stand-in for a policy, when flavor and image name none.
std::optional<Origin> stand_in(const RuleInput& input, const std::string& spec_key) {
    if (spec_key == kPolicy) {
        const auto pcpu = family_member(input, "resources", ":PCPU");
        return pcpu ? pcpu : family_member(input, "resources", ":VCPU");
    }
    if (spec_key == "hw:cpu_max_sockets") {
        // one of the three that nobody can satisfy together
        for (const std::string other : {"hw:cpu_max_cores", "hw:cpu_max_threads"}) {
            const Origin origin = origin_of(input, other);
            if (origin.provenance != Provenance::Default) {
                return origin;
            }
        }
    }
    if (spec_key != kThreadPolicy) {
        return std::nullopt;
    }
    if (const auto trait = family_member(input, "trait", kHyperthreading)) {
        return trait;
    }
    if (input.image.required_traits.contains("HW_CPU_HYPERTHREADING")) {
        return Origin{
            .key = "trait:HW_CPU_HYPERTHREADING", .provenance = Provenance::Image, .value = "required"};
    }
    return std::nullopt;
}

/// A property that helps where a guest does not fit; most of the time none does.
std::string repair_of_misfit(const RuleInput& input, const Origin& origin, const std::string& key) {
    if (origin.provenance != Provenance::Flavor) {
        return "";
    }
    if (key == kThreadPolicy || key == "hw:numa_nodes") {
        return flavor_unset_command(input.flavor, origin.key);
    }
    if (key == kPageSize && origin.value != "any" && origin.value != "small") {
        return flavor_set_command(input.flavor, kPageSize, origin.value == "large" ? "any" : "large");
    }
    return "";
}

std::string removal(const RuleInput& input, const Origin& origin) {
    if (origin.provenance == Provenance::Image) {
        return image_unset_command(input.image.id, origin.key);
    }
    const bool there = input.flavor.extra_specs.contains(origin.key);
    return origin.provenance == Provenance::Flavor && there ? flavor_unset_command(input.flavor, origin.key)
                                                            : "";
}

bool is_image_property(std::string_view key) {
    return key.starts_with("hw_numa_cpus") || key.starts_with("hw_numa_mem") ||
           std::ranges::any_of(image_properties(), [&](const ImageProperty& row) { return row.key == key; });
}

} // namespace

Origin origin_of(const RuleInput& input, const std::string& spec_key) {
    if (spec_key == kMask) {
        if (const auto image = from_image(input, spec_key)) {
            return *image;
        }
    }
    if (const auto value = input.nonempty_spec(spec_key)) {
        return {.key = spec_key, .provenance = Provenance::Flavor, .value = *value};
    }
    if (const auto image = from_image(input, spec_key)) {
        return *image;
    }
    return stand_in(input, spec_key)
        .value_or(Origin{.key = spec_key, .provenance = Provenance::Default, .value = {}});
}

Refusal with_origin(const RuleInput& input, Refusal refusal) {
    if (refusal.key == "ram") {
        refusal.provenance = Provenance::Flavor;
        return refusal;
    }
    const bool of_guest = refusal.key.find(':') != std::string::npos || is_image_property(refusal.key);
    if (!of_guest || refusal.key.starts_with('[')) {
        return refusal;
    }
    Origin origin{.key = refusal.key, .provenance = refusal.provenance, .value = {}};
    const std::string asked = refusal.key;
    if (is_image_property(refusal.key)) {
        origin.provenance = Provenance::Image;
    } else {
        origin = origin_of(input, refusal.key);
        // a present but empty extra spec is the flavor's all the same
        if (origin.provenance == Provenance::Default && input.flavor.extra_specs.contains(refusal.key)) {
            origin.provenance = Provenance::Flavor;
        }
    }
    refusal.key = origin.key;
    refusal.provenance = origin.provenance;
    if (refusal.repair.empty()) {
        refusal.repair =
            refusal.type == "NoFit" ? repair_of_misfit(input, origin, asked) : removal(input, origin);
    }
    return refusal;
}

} // namespace nova_rt
