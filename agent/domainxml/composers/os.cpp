#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_os(const DomainSpec& spec, XmlElement domain) {
    XmlElement os = domain.child_or_add("os");
    os.add_child("type")
        .set_attribute("arch", spec.architecture)
        .set_attribute("machine", machine_type(spec))
        .set_text("hvm");
    if (spec.firmware) {
        os.add_child("loader")
            .set_attribute("type", "pflash")
            .set_attribute("readonly", "yes")
            .set_attribute("secure", "no")
            .set_text(spec.firmware->loader);
        os.add_child("nvram").set_attribute("template", spec.firmware->nvram_template);
    } else if (spec.architecture == "aarch64") {
        os.set_attribute("firmware", "efi"); // there is no other firmware to boot an aarch64 guest from
    }
    os.add_child("boot").set_attribute("dev", "hd");
    if (is_x86(spec)) {
        os.add_child("smbios").set_attribute("mode", "sysinfo");
    }
    return {};
}

} // namespace nova_rt::composers
