#include "domainxml/domain_template.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace nova_rt {
namespace {

/// What the composers write below an element of the template.
struct Ownership {
    std::string_view element;
    /// The children composers write; the template may have any other. None: composers own the whole element
    /// and it must be empty.
    std::span<const std::string_view> composed_children;
};

constexpr std::array<std::string_view, 3> kBackingChildren = {"hugepages", "nosharepages", "locked"};
constexpr std::array<std::string_view, 2> kFeatureChildren = {"kvm", "pmu"};
constexpr std::array<std::string_view, 1> kClockChildren = {"timer"};
constexpr std::array<std::string_view, 4> kDeviceChildren = {"disk", "serial", "watchdog", "memballoon"};

constexpr std::array<Ownership, 15> kOwnership = {{
    {.element = "uuid", .composed_children = {}},
    {.element = "name", .composed_children = {}},
    {.element = "memory", .composed_children = {}},
    {.element = "memoryBacking", .composed_children = kBackingChildren},
    {.element = "numatune", .composed_children = {}},
    {.element = "vcpu", .composed_children = {}},
    {.element = "metadata", .composed_children = {}},
    {.element = "sysinfo", .composed_children = {}},
    {.element = "os", .composed_children = {}},
    {.element = "features", .composed_children = kFeatureChildren},
    {.element = "iothreads", .composed_children = {}},
    {.element = "cputune", .composed_children = {}},
    {.element = "clock", .composed_children = kClockChildren},
    {.element = "cpu", .composed_children = {}},
    {.element = "devices", .composed_children = kDeviceChildren},
}};

/// Elements no composer knows and a template may have.
constexpr std::array<std::string_view, 7> kTemplateOnly = {"on_poweroff", "on_reboot", "on_crash", "pm",
                                                           "resource",    "seclabel",  "perf"};

tl::unexpected<Error> wrong(const XmlElement& element, const std::string& why) {
    return fail(ErrorCode::InvalidArgument, "load domain template: <" + std::string(element.name()) +
                                                "> in line " + std::to_string(element.line()) + " " + why);
}

bool is_empty(const XmlElement& element) {
    return element.children().empty() && trimmed(element.text()).empty() && !element.has_attributes();
}

Status check_owned(const XmlElement& domain, const Ownership& owned) {
    const auto found = domain.children(owned.element);
    if (found.size() != 1) {
        return wrong(domain, "has " + std::to_string(found.size()) + " <" + std::string(owned.element) +
                                 "> elements, not one");
    }
    const auto& element = found.front();
    if (owned.composed_children.empty()) {
        return is_empty(element) ? Status{} : wrong(element, "must be empty, its content is composed");
    }
    for (const auto& child : element.children()) {
        if (std::ranges::find(owned.composed_children, child.name()) != owned.composed_children.end()) {
            return wrong(child, "must not be in a template, it is composed");
        }
    }
    return {};
}

Status check_known(const XmlElement& element) {
    const auto is_this = [&](const Ownership& owned) { return owned.element == element.name(); };
    const bool known = std::ranges::any_of(kOwnership, is_this) ||
                       std::ranges::find(kTemplateOnly, element.name()) != kTemplateOnly.end();
    return known && element.namespace_uri().empty() ? Status{} : wrong(element, "is not known in a template");
}

/// An <interface> in a template is the pattern every vhost-user port is made from.
Status check_interface_pattern(const XmlElement& devices) {
    const auto patterns = devices.children("interface");
    if (patterns.empty()) {
        return {};
    }
    const auto& pattern = patterns.front();
    if (patterns.size() > 1 || pattern.attribute("type") != "vhostuser") {
        return wrong(pattern, "must be the only one and of type vhostuser: it is the pattern for such ports");
    }
    for (const char* composed : {"mac", "model", "target", "mtu"}) {
        if (const auto child = pattern.child(composed)) {
            return wrong(*child, "must not be in the pattern, it is composed");
        }
    }
    return {};
}

} // namespace

Result<DomainTemplate> DomainTemplate::load(std::string_view xml) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(skeleton, XmlDocument::parse(xml), "load domain template");
    const XmlElement domain = skeleton.root();
    if (domain.name() != "domain" || domain.has_attributes()) {
        return wrong(domain, "must be <domain> without attributes");
    }
    for (const auto& element : domain.children()) {
        NOVA_RT_TRY(check_known(element));
    }
    for (const auto& owned : kOwnership) {
        NOVA_RT_TRY(check_owned(domain, owned));
    }
    NOVA_RT_TRY(check_interface_pattern(*domain.child("devices")));
    return DomainTemplate(std::move(skeleton));
}

} // namespace nova_rt
