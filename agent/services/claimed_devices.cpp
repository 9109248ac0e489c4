#include "services/claimed_devices.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

namespace {

constexpr std::string_view kHostDevices = "Nova adds a <hostdev> for each device it claims: which ones is "
                                          "not known before, so that they are not in "
                                          "this XML";
constexpr std::string_view kPciDevices =
    "Nova adds a <hostdev> for each device it claims: which ones is not known before, so that they are not "
    "in "
    "this XML, and their NUMA cell, which Nova asks for, is not in the plan";
constexpr std::string_view kPersistentMemory = "Nova adds a <memory model='nvdimm'> for each namespace it "
                                               "claims, and <maxMemory> for all of them: which "
                                               "ones is not known before, so that they are not in this XML";

/// Empty for an extra spec that asks for no such device.
std::string_view consequence(std::string_view key, std::string_view value) {
    if (value.find_first_not_of(", ") == std::string_view::npos) {
        return {};
    }
    if (key == "pci_passthrough:alias") {
        return kPciDevices;
    }
    if (key == "hw:pmem") {
        return kPersistentMemory;
    }
    const bool vgpu = key.starts_with("resources") && key.ends_with(":VGPU") && value != "0";
    return vgpu || key == "accel:device_profile" ? kHostDevices : std::string_view();
}

} // namespace

std::vector<Reason> claimed_devices(const Flavor& flavor) {
    std::vector<Reason> reasons;
    for (const auto& [key, value] : flavor.extra_specs) {
        if (const auto text = consequence(key, value); !text.empty()) {
            reasons.push_back(
                {.severity = Reason::Severity::Warning, .subject = key, .text = std::string(text)});
        }
    }
    return reasons;
}

} // namespace nova_rt
