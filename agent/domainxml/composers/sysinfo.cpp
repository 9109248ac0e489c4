#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_sysinfo(const DomainSpec& spec, XmlElement domain) {
    XmlElement sysinfo = domain.child_or_add("sysinfo");
    if (!is_x86(spec)) {
        sysinfo.remove();
        return {};
    }
    XmlElement system = sysinfo.set_attribute("type", "smbios").add_child("system");
    const auto entry = [&](std::string_view name, std::string_view value) {
        system.add_child("entry").set_attribute("name", name).set_text(value);
    };
    // Guests tell by these that they run on Nova (cloud-init does).
    entry("manufacturer", "OpenStack Foundation");
    entry("product", "OpenStack Nova");
    entry("version", spec.nova_version);
    entry("serial", spec.identity.uuid);
    entry("uuid", spec.identity.uuid);
    entry("family", "Virtual Machine");
    return {};
}

} // namespace nova_rt::composers
