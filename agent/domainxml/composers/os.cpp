#include "domainxml/composers/composers.hpp"
#include "flavor/nova_values.hpp"

namespace nova_rt::composers {

namespace {

/// The image's word counts before the flavor's.
bool has_boot_menu(const DomainSpec& spec) {
    const auto image = find_property(spec.image.properties, "hw_boot_menu");
    return lenient_bool(image ? *image
                              : find_property(spec.flavor.extra_specs, "hw:boot_menu").value_or("no"));
}

/// aarch64 has no other firmware; elsewhere the image asks for it.
bool wants_uefi(const DomainSpec& spec) {
    return spec.architecture == "aarch64" ||
           find_property(spec.image.properties, "hw_firmware_type") == "uefi";
}

} // namespace

Status compose_os(const DomainSpec& spec, XmlElement domain) {
    XmlElement os = domain.child_or_add("os");
    os.add_child("type")
        .set_attribute("arch", spec.architecture)
        .set_attribute("machine", machine_type(spec))
        .set_text("hvm");
    const bool secure = spec.firmware && spec.firmware->secure_boot;
    if (spec.firmware && !spec.firmware->loader.empty()) {
        os.add_child("loader")
            .set_attribute("type", "pflash")
            .set_attribute("readonly", "yes")
            .set_attribute("secure", secure ? "yes" : "no")
            .set_text(spec.firmware->loader);
        os.add_child("nvram").set_attribute("template", spec.firmware->nvram_template);
    } else if (wants_uefi(spec)) {
        // libvirt chooses the files, as Nova does from the same descriptors
        os.set_attribute("firmware", "efi");
        if (secure) {
            os.add_child("loader").set_attribute("secure", "yes");
        }
    }
    os.add_child("boot").set_attribute("dev", "hd");
    if (is_x86(spec)) {
        os.add_child("smbios").set_attribute("mode", "sysinfo");
    }
    if (has_boot_menu(spec)) {
        os.add_child("bootmenu").set_attribute("enable", "yes");
    }
    return {};
}

} // namespace nova_rt::composers
