// Image properties with the types Nova coerces them to.
#pragma once

#include "flavor/nova_values.hpp"
#include "model/flavor.hpp"
#include "model/judgement.hpp"
#include "model/nova_release.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// How Nova's ImageMetaProps declares a property.
enum class PropertyKind { Boolean, Integer, Choice, Text };

/// One row: a property, its type and, for Choice, its values joined by commas.
struct ImageProperty {
    std::string_view key;
    PropertyKind kind = PropertyKind::Text;
    std::string_view choices;
};

/// Every scalar property of nova/objects/image_meta.py, ImageMetaProps.fields, in its order.
[[nodiscard]] std::span<const ImageProperty> image_properties();

/// Those that Nova 33 has and 26.2 does not.
[[nodiscard]] std::span<const ImageProperty> image_properties_since_33();

/// The properties Nova knows, coerced. Other properties are dropped, as Nova drops them.
struct ImageMeta {
    std::string id;
    std::string name;
    std::map<std::string, bool> booleans;
    std::map<std::string, std::int64_t> integers;
    std::map<std::string, std::string> texts;
    std::optional<std::vector<CpuSpec>> numa_cpus;
    std::optional<std::vector<std::int64_t>> numa_mem; ///< MiB per guest cell
    std::set<std::string> required_traits;

    [[nodiscard]] std::optional<bool> boolean(const std::string& key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(const std::string& key) const;
    [[nodiscard]] std::optional<std::string> text(const std::string& key) const;
};

/// objects.ImageMeta.from_dict. Refusals have stage "image"; most are Python's plain ValueError.
[[nodiscard]] Judged<ImageMeta> coerce_image(const Image& image, NovaRelease release = NovaRelease::Zed);

} // namespace nova_rt
