#include "domainxml/additions/additions.hpp"

#include <string>

namespace nova_rt::additions {

Verdict vhost_user_reconnect(AdditionContext& context) {
    constexpr const char* kKey = "rt:vhost_user_reconnect_s";
    NOVA_RT_TRY_ASSIGN(seconds, context.number(kKey));
    if (!seconds) {
        return {};
    }
    unsigned changed = 0;
    for (const auto& interface : context.devices("interface")) {
        auto source = interface.child("source");
        // Who listens waits for the other side anyway; libvirt refuses <reconnect> there.
        if (interface.attribute("type") != "vhostuser" || !source || source->attribute("mode") != "client") {
            continue;
        }
        XmlElement reconnect = source->child_or_add("reconnect");
        reconnect.set_attribute("enabled", *seconds > 0 ? "yes" : "no");
        if (*seconds > 0) {
            reconnect.set_attribute("timeout", std::uint64_t{*seconds});
        } else {
            reconnect.remove_attribute("timeout");
        }
        ++changed;
    }
    if (changed == 0) {
        context.warn(kKey, "the guest has no vhost-user port in client mode, nothing was changed");
    } else {
        context.inform(kKey, *seconds > 0 ? std::to_string(changed) + " ports reconnect every " +
                                                std::to_string(*seconds) + " s when the switch went away"
                                          : std::to_string(changed) + " ports do not reconnect");
    }
    return {};
}

} // namespace nova_rt::additions
