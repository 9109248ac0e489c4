#include "domainxml/composers/composers.hpp"
#include "domainxml/nova_metadata.hpp"

namespace nova_rt::composers {
namespace {

XmlElement add(XmlElement parent, const char* name) {
    return parent.add_child(name, kNovaNamespace);
}

void add_properties(XmlElement parent, const char* list_name, const char* item_name,
                    const Properties& properties) {
    const XmlElement list = add(parent, list_name);
    for (const auto& [key, value] : properties) {
        add(list, item_name).set_attribute("name", key).set_text(value);
    }
}

void add_flavor(const Flavor& flavor, XmlElement instance) {
    XmlElement element = add(instance, "flavor").set_attribute("name", flavor.name);
    if (!flavor.id.empty()) {
        element.set_attribute("id", flavor.id);
    }
    add(element, "memory").set_text(flavor.memory.value);
    add(element, "disk").set_text(flavor.root_gb);
    add(element, "swap").set_text(flavor.swap.value);
    add(element, "ephemeral").set_text(flavor.ephemeral_gb);
    add(element, "vcpus").set_text(flavor.vcpus);
    // Nova writes these from 32.0.0 on; they are always written here, for the hook reads its policy from
    // them.
    add_properties(element, "extraSpecs", "extraSpec", flavor.extra_specs);
}

void add_image(const Image& image, XmlElement instance) {
    if (image.id.empty()) {
        return;
    }
    const XmlElement element = add(instance, "image").set_attribute("uuid", image.id);
    if (!image.container_format.empty()) {
        add(element, "containerFormat").set_text(image.container_format);
    }
    if (!image.disk_format.empty()) {
        add(element, "diskFormat").set_text(image.disk_format);
    }
    add_properties(element, "properties", "property", image.properties);
}

void add_owner(const InstanceIdentity& identity, XmlElement instance) {
    const XmlElement owner = add(instance, "owner");
    // The names are Keystone's; nobody here knows them, and "N/A" is what Nova writes then.
    add(owner, "user").set_attribute("uuid", identity.user_id).set_text("N/A");
    add(owner, "project").set_attribute("uuid", identity.project_id).set_text("N/A");
}

} // namespace

Status compose_metadata(const DomainSpec& spec, XmlElement domain) {
    const XmlElement instance = add(domain.child_or_add("metadata"), "instance");
    add(instance, "package").set_attribute("version", spec.nova_version);
    add(instance, "name").set_text(spec.identity.display_name);
    if (spec.creation_time) {
        add(instance, "creationTime").set_text(*spec.creation_time);
    }
    add_flavor(spec.flavor, instance);
    add_image(spec.image, instance);
    add_owner(spec.identity, instance);
    if (!spec.image.id.empty()) {
        add(instance, "root").set_attribute("type", "image").set_attribute("uuid", spec.image.id);
    }
    const XmlElement ports = add(instance, "ports");
    for (const auto& port : spec.ports) {
        add(ports, "port").set_attribute("uuid", port.port_id);
    }
    return {};
}

} // namespace nova_rt::composers
