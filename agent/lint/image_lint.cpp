#include "base/text.hpp"
#include "flavor/extra_specs.hpp"
#include "flavor/image_meta.hpp"
#include "flavor/realtime_mask.hpp"

#include "lint/rule_sets.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace nova_rt {

namespace {

bool is_image_property(std::string_view key, NovaRelease release) {
    const auto named = [&](const ImageProperty& row) { return row.key == key; };
    return std::ranges::any_of(image_properties(), named) ||
           (release == NovaRelease::Gazpacho && std::ranges::any_of(image_properties_since_33(), named));
}

LintHits rt_key_in_image(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.image.properties) {
        if (key.starts_with("rt:")) {
            hits.push_back(
                {.key = key,
                 .what = "an image property of the namespace rt: is not read",
                 .repair = subject.unset_image_property(key) + " && " + subject.set_spec(key, value)});
        }
    }
    return hits;
}

LintHits flavor_key_in_image(const LintSubject& subject) {
    LintHits hits;
    for (const auto& [key, value] : subject.image.properties) {
        const ExtraSpec* const row = find_extra_spec(key, subject.options.release);
        if (row == nullptr || key.starts_with("rt:")) {
            continue;
        }
        const std::string twin(row->image_property);
        const std::string removal = subject.unset_image_property(key);
        hits.push_back({.key = key,
                        .what = twin.empty()
                                    ? "an extra spec without an image property stands in the image"
                                    : "an extra spec stands in the image; the property's name is " + twin,
                        .repair = twin.empty() || twin.ends_with("{num}")
                                      ? removal
                                      : removal + " && " + image_set_command(subject.image.id, twin, value)});
    }
    return hits;
}

LintHits misspelt_image_property(const LintSubject& subject) {
    std::vector<std::string> names;
    for (const ImageProperty& row : image_properties()) {
        names.emplace_back(row.key);
    }
    LintHits hits;
    for (const auto& [key, value] : subject.image.properties) {
        const bool ours = key.starts_with("hw_") || key.starts_with("img_");
        if (!ours || is_image_property(key, subject.options.release) || key.starts_with("hw_numa_cpus.") ||
            key.starts_with("hw_numa_mem.")) {
            continue;
        }
        if (const auto near = nearest_match(key, names)) {
            hits.push_back({.key = key,
                            .what = "Nova knows no such image property, did you mean " + *near + "?",
                            .repair = subject.unset_image_property(key) + " && " +
                                      image_set_command(subject.image.id, *near, value)});
        }
    }
    return hits;
}

LintHits unread_boolean(const LintSubject& subject) {
    LintHits hits;
    for (const ImageProperty& row : image_properties()) {
        const std::string key(row.key);
        const auto value = find_property(subject.image.properties, key);
        if (row.kind == PropertyKind::Boolean && value && !strict_bool(*value)) {
            hits.push_back({.key = key,
                            .what = quoted(*value) + " is neither true nor false; Nova reads it as false",
                            .repair = image_set_command(subject.image.id, key, "true")});
        }
    }
    return hits;
}

LintHits mask_overridden(const LintSubject& subject) {
    const auto image = subject.meta.text("hw_cpu_realtime_mask");
    if (!subject.asks_realtime() || !image || image->empty()) {
        return {};
    }
    const ImageMeta nothing;
    const auto chosen = realtime_vcpus(subject.rules());
    const auto meant = realtime_vcpus({.flavor = subject.flavor, .image = nothing});
    if (chosen && meant && *chosen == *meant) {
        return {};
    }
    const std::string flavor = subject.spec("hw:cpu_realtime_mask").value_or("");
    return {{.key = "hw_cpu_realtime_mask",
             .what = "the image's mask " + quoted(*image) + " decides, not " +
                     (flavor.empty() ? "the flavor, which has none" : "the flavor's " + quoted(flavor)),
             .repair = subject.unset_image_property("hw_cpu_realtime_mask")}};
}

LintHits thread_policy_hidden(const LintSubject& subject) {
    const auto image = subject.meta.text("hw_cpu_thread_policy");
    if (subject.spec("hw:cpu_thread_policy") != "prefer" || !image || *image == "prefer") {
        return {};
    }
    return {{.key = "hw_cpu_thread_policy",
             .what = "the image asks for " + quoted(*image) + ", the flavor's prefer hides that",
             .repair = subject.unset_spec("hw:cpu_thread_policy")}};
}

LintHits cpu_policy_ignored(const LintSubject& subject) {
    const auto image = subject.meta.text("hw_cpu_policy");
    const auto flavor = subject.spec("hw:cpu_policy");
    const bool hidden =
        (flavor == "dedicated" && image && *image != "dedicated") || (flavor == "mixed" && image == "shared");
    if (!hidden) {
        return {};
    }
    return {{.key = "hw_cpu_policy",
             .what = "the image asks for " + quoted(*image) + ", the flavor's " + *flavor +
                     " wins without a word",
             .repair = subject.unset_image_property("hw_cpu_policy")}};
}

LintHits topology_replaced(const LintSubject& subject) {
    bool image = false;
    LintHits hits;
    for (const char* const part : {"sockets", "cores", "threads"}) {
        image = image || subject.meta.integer(std::string("hw_cpu_") + part).value_or(0) != 0;
    }
    for (const char* const part : {"sockets", "cores", "threads"}) {
        const std::string key = std::string("hw:cpu_") + part;
        if (image && subject.spec(key) && !subject.meta.integer(std::string("hw_cpu_") + part)) {
            hits.push_back({.key = key,
                            .what = "dropped, because the image sets another part of the guest's topology",
                            .repair = subject.unset_spec(key)});
        }
    }
    return hits;
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "rt-key-in-image",
     .found = "an image property of the namespace `rt:`",
     .why = "images belong to tenants, so `rt:` is read from flavors only: it has no effect",
     .check = rt_key_in_image},
    {.id = "flavor-key-in-image",
     .found = "an extra spec's name (`hw:...`) as image property",
     .why = "Nova reads `hw_...` from images: it has no effect",
     .check = flavor_key_in_image},
    {.id = "misspelt-image-property",
     .found = "an `hw_` or `img_` property near a known one",
     .why = "Nova drops unknown image properties without a word",
     .check = misspelt_image_property},
    {.id = "image-boolean-not-understood",
     .found = "a boolean image property that is neither true nor false",
     .why = "Nova takes it for false without a word",
     .check = unread_boolean},
    {.id = "image-mask-overrides-flavor",
     .found = "`hw_cpu_realtime_mask` names other vCPUs than the flavor",
     .why = "whoever may upload an image chooses which vCPUs run under FIFO",
     .check = mask_overridden},
    {.id = "image-thread-policy-hidden",
     .found = "flavor `prefer`, image `isolate` or `require`",
     .why = "the guest gets prefer: its vCPUs share cores although the image asks otherwise",
     .check = thread_policy_hidden},
    {.id = "image-cpu-policy-ignored",
     .severity = LintSeverity::Info,
     .found = "the image asks for another `hw_cpu_policy` than a flavor that may decide",
     .why = "the flavor wins; the image's owner does not learn of it",
     .check = cpu_policy_ignored},
    {.id = "flavor-topology-dropped",
     .severity = LintSeverity::Info,
     .found = "flavor and image set different ones of sockets, cores, threads",
     .why = "when an image sets any of the three, Nova drops all three of the flavor",
     .check = topology_replaced},
});

} // namespace

std::span<const LintRule> image_lint_rules() {
    return kRules;
}

} // namespace nova_rt
