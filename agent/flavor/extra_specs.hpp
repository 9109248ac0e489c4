// The table of extra specs, and Nova's own validation of a key and its value.
#pragma once

#include "model/flavor.hpp"
#include "model/judgement.hpp"
#include "model/nova_release.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// What a value must look like.
enum class ValueKind {
    Boolean, ///< 1 t true on y yes, 0 f false off n no, in any case
    Integer, ///< within [minimum, maximum]
    Choice,  ///< one of `choices`
    CpuMask, ///< "0-3,^2" as hw:cpu_realtime_mask takes it
    PageSize,
    PmemLabels,
    PciAlias,
    Text,
};

/// Where an extra spec takes effect; a column of flavor-schemas/README.md.
enum class SpecScope {
    Guest,     ///< changes placement or domain XML
    Isolation, ///< `rt:`, acted on by the host side
    Scheduler, ///< only where the guest may go
    Ignored,   ///< known to Nova, without effect under libvirt or not about realtime
};

/// One row of the table. Names with a part to fill in end in "{num}".
struct ExtraSpec {
    std::string_view key;
    ValueKind kind = ValueKind::Text;
    SpecScope scope = SpecScope::Guest;
    std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
    /// joined by commas, in Nova's order
    std::string_view choices{}; // NOLINT(readability-redundant-member-init): g++ warns without it
    /// the image's twin, empty when there is none
    std::string_view image_property{}; // NOLINT(readability-redundant-member-init): g++ warns without it
};

/// Nova's limit on the length of a key and of a value. Source: nova/api/validation/parameter_types.py.
inline constexpr std::size_t kMaxPropertyBytes = 255;
/// Nova bounds the number of extra specs by a quota of 128 metadata items; this is generous.
inline constexpr std::size_t kMaxProperties = 512;

/// Every key of Nova 26.2 without a wildcard, plus hw:numa_cpus.{num} and hw:numa_mem.{num}.
[[nodiscard]] std::span<const ExtraSpec> nova_extra_specs();
/// The keys that Nova 33 knows and 26.2 does not.
[[nodiscard]] std::span<const ExtraSpec> extra_specs_since_33();
/// The `rt:` namespace: what Nova cannot say.
[[nodiscard]] std::span<const ExtraSpec> rt_extra_specs();

/// The row of a key, none for an unknown key and for traits, resources, capabilities and aggregate keys.
[[nodiscard]] const ExtraSpec* find_extra_spec(std::string_view key, NovaRelease release = NovaRelease::Zed);

/// An unknown name in a namespace that Nova knows: refused since microversion 2.86, without effect before.
[[nodiscard]] bool is_unknown_extra_spec(std::string_view key, NovaRelease release = NovaRelease::Zed);

/// The known key that a misspelt one is likely to mean, none when nothing is near.
[[nodiscard]] std::optional<std::string> nearest_extra_spec(std::string_view key,
                                                            NovaRelease release = NovaRelease::Zed);

/// What POST /flavors/{id}/os-extra_specs answers since microversion 2.86, key by key in ascending order,
/// plus bounded sizes and the values of the `rt:` namespace, which Nova does not know. Type ValidationError.
[[nodiscard]] Verdict validate_extra_specs(const Flavor& flavor, NovaRelease release = NovaRelease::Zed);

/// A warning for each `rt:` key outside the table: an unknown namespace passes Nova's validation, so a
/// misspelt key must not be refused, and must not be silently without effect either.
[[nodiscard]] std::vector<Reason> unknown_rt_keys(const Flavor& flavor);

/// The sizes alone: they hold even where validation is skipped.
[[nodiscard]] Verdict check_property_sizes(const Properties& properties, Provenance provenance);

/// Whether os-traits and os-resource-classes know the name.
[[nodiscard]] bool is_standard_trait(std::string_view name);
[[nodiscard]] bool is_standard_resource_class(std::string_view name);

} // namespace nova_rt
