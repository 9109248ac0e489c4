#include "domainxml/nova_metadata.hpp"

#include "base/text.hpp"

#include <utility>

namespace nova_rt {
namespace {

constexpr std::size_t kMaxExtraSpecs = 1024;

void read_extra_specs(const XmlElement& flavor, FlavorMetadata& read) {
    const auto list = flavor.child("extraSpecs", kNovaNamespace);
    if (!list) {
        return;
    }
    for (const auto& spec : list->children("extraSpec", kNovaNamespace)) {
        const auto key = spec.attribute("name");
        if (!key || key->empty()) {
            read.problem = "metadata: an extra spec without a name was ignored";
            continue;
        }
        if (read.extra_specs.size() >= kMaxExtraSpecs) {
            read.problem =
                "metadata: extra specs after the first " + std::to_string(kMaxExtraSpecs) + " were ignored";
            return;
        }
        if (!read.extra_specs.try_emplace(*key, trimmed(spec.text())).second) {
            read.problem = "metadata: extra spec " + quoted(*key) + " is there twice, the first one holds";
        }
    }
}

} // namespace

FlavorMetadata read_flavor_metadata(const XmlElement& domain) {
    FlavorMetadata read;
    const auto metadata = domain.child("metadata");
    const auto instance = metadata ? metadata->child("instance", kNovaNamespace) : std::nullopt;
    const auto flavor = instance ? instance->child("flavor", kNovaNamespace) : std::nullopt;
    if (flavor) {
        read.name = flavor->attribute("name");
        read_extra_specs(*flavor, read);
    }
    return read;
}

} // namespace nova_rt
