#include "domainxml/domain_augmenter.hpp"

#include "domainxml/domain_reader.hpp"
#include "domainxml/realtime_additions.hpp"
#include "domainxml/xml_document.hpp"

#include <optional>
#include <utility>

namespace nova_rt {
namespace {

/// Extra specs of the metadata when none are given.
Result<AugmentedDomain> augment(std::string_view xml, const Properties* extra_specs) {
    NOVA_RT_TRY_ASSIGN(document, XmlDocument::parse(xml));
    // What the reader refuses libvirt would refuse too, with less to say about it.
    NOVA_RT_TRY_ASSIGN(guest, read_guest_domain(document.root()));
    const Properties& asked = extra_specs != nullptr ? *extra_specs : guest.flavor_extra_specs;
    NOVA_RT_TRY_ASSIGN(reasons, apply_realtime_additions(asked, document.root()));
    NOVA_RT_TRY_ASSIGN(augmented, document.serialise());
    return AugmentedDomain{.xml = std::move(augmented), .reasons = std::move(reasons)};
}

Result<AugmentedDomain> with_context(Result<AugmentedDomain> result) {
    return result ? std::move(result) : fail(result.error().with_context("augment domain XML"));
}

} // namespace

Result<AugmentedDomain> augment_domain_xml(std::string_view xml, const Properties& flavor_extra_specs) {
    return with_context(augment(xml, &flavor_extra_specs));
}

Result<AugmentedDomain> augment_domain_xml(std::string_view xml) {
    return with_context(augment(xml, nullptr));
}

} // namespace nova_rt
