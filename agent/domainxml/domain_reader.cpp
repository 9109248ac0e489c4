#include "domainxml/domain_reader.hpp"

#include "base/text.hpp"
#include "domainxml/cpuset_notation.hpp"
#include "domainxml/cputune_reader.hpp"
#include "domainxml/nova_metadata.hpp"
#include "domainxml/xml_document.hpp"
#include "flavor/isolation_policy.hpp"

#include <string>
#include <utility>

namespace nova_rt {
namespace {

/// The one child that must be there exactly once.
Result<XmlElement> only_child(const XmlElement& parent, std::string_view name) {
    const auto found = parent.children(name);
    if (found.size() != 1) {
        return fail(ErrorCode::InvalidArgument, "it has " + std::to_string(found.size()) + " <" +
                                                    std::string(name) + "> elements, not one");
    }
    return found.front();
}

Status read_identity(const XmlElement& domain, GuestDomain& guest) {
    NOVA_RT_TRY_ASSIGN(uuid_element, only_child(domain, "uuid"));
    NOVA_RT_TRY_ASSIGN_CONTEXT(uuid, DomainUuid::parse(trimmed(uuid_element.text())), "<uuid>");
    NOVA_RT_TRY_ASSIGN(name_element, only_child(domain, "name"));
    guest.uuid = uuid;
    guest.name = name_element.text();
    if (trimmed(guest.name).empty()) {
        return fail(ErrorCode::InvalidArgument, "<name> is empty");
    }
    return {};
}

Status read_vcpus(const XmlElement& domain, GuestDomain& guest) {
    const auto element = domain.child("vcpu");
    if (!element) {
        guest.vcpu_count = 1; // libvirt's default
        return {};
    }
    const std::string text = element->text();
    const auto count = parse_number<unsigned>(trimmed(text));
    if (!count || *count == 0 || *count > CpuSet::kMaxCpus) {
        return fail(ErrorCode::InvalidArgument, "<vcpu> is " + quoted(text) + ", not a number from 1 to " +
                                                    std::to_string(CpuSet::kMaxCpus));
    }
    guest.vcpu_count = *count;
    const auto cpuset = element->attribute("cpuset");
    if (cpuset && element->attribute("placement").value_or("static") != "auto") {
        NOVA_RT_TRY_ASSIGN_CONTEXT(pins, parse_libvirt_cpuset(*cpuset), "<vcpu>");
        guest.default_pins = std::move(pins);
    }
    return {};
}

void read_policy(const XmlElement& domain, GuestDomain& guest) {
    FlavorMetadata metadata = read_flavor_metadata(domain);
    guest.flavor_name = std::move(metadata.name);
    guest.flavor_extra_specs = std::move(metadata.extra_specs);
    guest.policy_problem = std::move(metadata.problem);
    const CpuSet realtime = guest.realtime_vcpus();
    const auto policy = isolation_policy(guest.flavor_extra_specs, realtime);
    guest.policy = policy ? *policy : default_isolation_policy(realtime);
    if (!policy) {
        guest.policy_problem = policy.error().message();
    }
}

} // namespace

Result<GuestDomain> read_guest_domain(const XmlElement& domain) {
    if (domain.name() != "domain" || !domain.namespace_uri().empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "read domain XML: the root element is " + quoted(domain.name()) + ", not \"domain\"");
    }
    GuestDomain guest;
    NOVA_RT_TRY_CONTEXT(read_identity(domain, guest), "read domain XML");
    const std::string attempt = "read domain XML of " + guest.uuid.to_string();
    NOVA_RT_TRY_CONTEXT(read_vcpus(domain, guest), attempt);
    NOVA_RT_TRY_CONTEXT(read_cputune(domain, guest), attempt);
    read_policy(domain, guest);
    return guest;
}

Result<GuestDomain> read_guest_domain(std::string_view xml) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(document, XmlDocument::parse(xml), "read domain XML");
    return read_guest_domain(document.root());
}

} // namespace nova_rt
