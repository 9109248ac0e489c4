#include "base/text.hpp"
#include "domainxml/additions/additions.hpp"
#include "flavor/nova_values.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace nova_rt::additions {
namespace {

constexpr const char* kAccessKey = "rt:memory_access";
constexpr std::size_t kShownPathBytes = 256;

std::vector<XmlElement> numa_cells(const XmlElement& domain) {
    const auto cpu = domain.child("cpu");
    const auto numa = cpu ? cpu->child("numa") : std::nullopt;
    return numa ? numa->children("cell") : std::vector<XmlElement>{};
}

/// Whether another process may map all of the guest's memory: a cell's own word counts before the domain's.
bool is_memory_shared(const XmlElement& domain) {
    const auto backing = domain.child("memoryBacking");
    const auto access = backing ? backing->child("access") : std::nullopt;
    const bool shared = access && access->attribute("mode") == "shared";
    const auto cells = numa_cells(domain);
    const auto cell_is_shared = [&](const XmlElement& cell) {
        const auto own = cell.attribute("memAccess");
        return own ? *own == "shared" : shared;
    };
    return cells.empty() ? shared : std::ranges::all_of(cells, cell_is_shared);
}

/// Names a port by what an operator finds it by.
std::string name_of_port(const XmlElement& interface) {
    const auto mac = interface.child("mac");
    const auto source = interface.child("source");
    const auto address = mac ? mac->attribute("address") : std::nullopt;
    const auto path = source ? source->attribute("path") : std::nullopt;
    return "vhost-user port " + quoted(address.value_or("without MAC address")) + " at " +
           quoted(path.value_or(""), kShownPathBytes);
}

} // namespace

Verdict memory_allocation(AdditionContext& context) {
    constexpr const char* kKey = "rt:memory_allocation";
    NOVA_RT_TRY_ASSIGN(mode, context.choice(kKey, "keep"));
    if (mode == "keep") {
        return {};
    }
    context.domain().child_or_add("memoryBacking").child_or_add("allocation").set_attribute("mode", mode);
    context.inform(kKey, "all memory is allocated before the guest runs");
    return {};
}

Verdict memory_access(AdditionContext& context) {
    NOVA_RT_TRY_ASSIGN(mode, context.choice(kAccessKey, "keep"));
    if (mode == "keep") {
        return {};
    }
    XmlElement backing = context.domain().child_or_add("memoryBacking");
    backing.child_or_add("access").set_attribute("mode", mode);
    for (auto& cell : numa_cells(context.domain())) {
        if (cell.attribute("memAccess")) {
            cell.set_attribute("memAccess", mode);
        }
    }
    // Without a source libvirt would put ordinary pages in a file below /var/lib/libvirt.
    const auto source = backing.child("source");
    const bool anonymous = !source || source->attribute("type") == "anonymous";
    if (anonymous && !backing.child("hugepages")) {
        backing.child_or_add("source").set_attribute("type", "memfd");
    }
    context.inform(kAccessKey, "a vhost-user switch can map the guest's memory");
    return {};
}

Verdict memory_balloon(AdditionContext& context) {
    constexpr const char* kKey = "rt:memory_balloon";
    NOVA_RT_TRY_ASSIGN(chosen, context.choice(kKey, "keep"));
    // Not compared as a string: GCC 12 at -O2 takes a moved short one for uninitialised.
    const std::string_view wish = chosen;
    if (wish == "keep") {
        return {};
    }
    if (wish == "none") {
        for (auto& old : context.devices("memballoon")) {
            old.remove();
        }
        // libvirt adds a balloon of its own to a guest that has no such element.
        context.domain().child_or_add("devices").add_child("memballoon").set_attribute("model", "none");
        context.inform(kKey, "the guest has no memory balloon");
        return {};
    }
    for (auto& balloon : context.devices("memballoon")) {
        for (const char* feature : {"autodeflate", "freePageReporting"}) {
            if (balloon.attribute(feature)) {
                balloon.set_attribute(feature, "off");
            }
        }
    }
    context.inform(kKey, "the memory balloon reports no free pages and does not deflate on its own");
    return {};
}

Verdict check_shared_memory(AdditionContext& context) {
    if (is_memory_shared(context.domain())) {
        return {};
    }
    for (const auto& interface : context.devices("interface")) {
        if (interface.attribute("type") == "vhostuser") {
            NOVA_RT_TRY(context.miss(kAccessKey,
                                     name_of_port(interface) +
                                         ": the guest's memory is not shared, so the switch cannot map it "
                                         "and the port stays dead",
                                     flavor_set_command(context.flavor(), kAccessKey, "shared")));
        }
    }
    return {};
}

} // namespace nova_rt::additions
