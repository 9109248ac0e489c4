#include "domainxml/domain_augmenter.hpp"

#include "domainxml/domain_reader.hpp"
#include "domainxml/realtime_additions.hpp"
#include "domainxml/xml_document.hpp"

#include <utility>

namespace nova_rt {
namespace {

constexpr const char* kAttempt = "augment domain XML";

Flavor flavor_in_metadata(const GuestDomain& guest) {
    Flavor flavor;
    flavor.name = guest.flavor_name.value_or("");
    flavor.extra_specs = guest.flavor_extra_specs;
    return flavor;
}

} // namespace

Result<Judged<AugmentedDomain>> augment_domain(std::string_view xml, const AugmentOptions& options) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(document, XmlDocument::parse(xml), kAttempt);
    // What the reader refuses libvirt would refuse too, with less to say about it.
    NOVA_RT_TRY_ASSIGN_CONTEXT(guest, read_guest_domain(document.root()), kAttempt);
    const Flavor flavor = options.flavor ? *options.flavor : flavor_in_metadata(guest);
    const CacheControl* const caches = options.caches ? &*options.caches : nullptr;
    auto reasons = apply_realtime_additions(flavor, caches, document.root());
    if (!reasons) {
        return Judged<AugmentedDomain>(fail(std::move(reasons).error()));
    }
    NOVA_RT_TRY_ASSIGN_CONTEXT(augmented, document.serialise(), kAttempt);
    return Judged<AugmentedDomain>(
        AugmentedDomain{.xml = std::move(augmented), .reasons = *std::move(reasons)});
}

} // namespace nova_rt
