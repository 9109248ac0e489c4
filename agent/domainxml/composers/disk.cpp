#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {
namespace {

constexpr std::string_view kQuotaPrefix = "disk_";

void add_tuning(const std::map<std::string, std::int64_t>& quota, XmlElement disk) {
    if (quota.empty()) {
        return;
    }
    XmlElement iotune = disk.add_child("iotune");
    for (const auto& [key, value] : quota) {
        const std::string name = key.starts_with(kQuotaPrefix) ? key.substr(kQuotaPrefix.size()) : key;
        iotune.add_child(name.c_str()).set_text(std::to_string(value));
    }
}

} // namespace

Status compose_disk(const DomainSpec& spec, XmlElement domain) {
    XmlElement devices = domain.child_or_add("devices");
    for (const auto& disk : spec.disks) {
        const bool file = disk.source == DiskSource::File;
        XmlElement element = devices.add_child("disk");
        element.set_attribute("type", file ? "file" : "block").set_attribute("device", "disk");
        element.add_child("driver")
            .set_attribute("name", "qemu")
            .set_attribute("type", disk.format)
            .set_attribute("cache", disk.cache);
        element.add_child("source").set_attribute(file ? "file" : "dev", disk.path);
        element.add_child("target").set_attribute("dev", disk.target).set_attribute("bus", disk.bus);
        add_tuning(spec.request.disk_quota, element);
    }
    return {};
}

} // namespace nova_rt::composers
