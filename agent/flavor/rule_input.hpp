// What every rule about a flavor and an image works on.
#pragma once

#include "flavor/image_meta.hpp"
#include "model/flavor.hpp"
#include "model/judgement.hpp"

#include <string>
#include <utility>

namespace nova_rt {

/// A flavor and its coerced image. Both outlive the rules that read them.
struct RuleInput {
    const Flavor& flavor;
    const ImageMeta& image;
    NovaRelease release = NovaRelease::Zed;

    /// An extra spec, none when absent.
    [[nodiscard]] std::optional<std::string> spec(const std::string& key) const {
        return find_property(flavor.extra_specs, key);
    }

    /// An extra spec; an empty one counts as absent.
    [[nodiscard]] std::optional<std::string> nonempty_spec(const std::string& key) const {
        return find_nonempty(flavor.extra_specs, key);
    }

    /// {0, ..., vcpus - 1}
    [[nodiscard]] CpuSet all_vcpus() const {
        return flavor.vcpus == 0 ? CpuSet{} : CpuSet::range(0, static_cast<unsigned>(flavor.vcpus - 1));
    }
};

/// A refusal of a cross-field rule. Its stage is set by whoever runs the rule.
[[nodiscard]] inline tl::unexpected<Refusal> refuse(std::string type, std::string message, std::string key,
                                                    Provenance provenance = Provenance::Flavor,
                                                    std::string repair = {}) {
    return fail(Refusal{.stage = {},
                        .type = std::move(type),
                        .message = std::move(message),
                        .key = std::move(key),
                        .provenance = provenance,
                        .repair = std::move(repair)});
}

} // namespace nova_rt
