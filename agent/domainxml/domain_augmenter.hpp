// Nova's XML in, the same domain with what `rt:` asks for out.
#pragma once

#include "base/result.hpp"
#include "model/cache_control.hpp"
#include "model/flavor.hpp"
#include "model/judgement.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

struct AugmentedDomain {
    std::string xml;
    std::vector<Reason> reasons; ///< one per `rt:` key that changes XML
};

/// What the XML alone may not say.
struct AugmentOptions {
    /// None: name and extra specs in the domain's own metadata, which Nova writes since 32.0.0.
    std::optional<Flavor> flavor;
    /// Of the host the domain is for; none: not known.
    std::optional<CacheControl> caches;
};

/// Applies the flavor's `rt:` extra specs to a domain that Nova wrote (see apply_realtime_additions). The XML
/// is hostile text (see XmlDocument::parse). Nova's pins stay, for its resource tracker counts on them;
/// applying it twice gives the same XML as once. `rt:` keys come from the flavor only: images belong to
/// tenants. An Error for XML that is no domain; a Refusal for keys that cannot be followed.
[[nodiscard]] Result<Judged<AugmentedDomain>> augment_domain(std::string_view xml,
                                                             const AugmentOptions& options);

} // namespace nova_rt
