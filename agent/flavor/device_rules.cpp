#include "flavor/device_rules.hpp"

#include "flavor/feature_rules.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace nova_rt {

namespace {

constexpr std::array<std::string_view, 6> kDiskBuses = {"virtio", "scsi", "ide", "usb", "fdc", "sata"};
constexpr std::array<std::string_view, 8> kVifModels = {"virtio", "ne2k_pci", "pcnet",      "rtl8139",
                                                        "e1000",  "e1000e",   "spapr-vlan", "vmxnet3"};

bool contains(std::span<const std::string_view> list, std::string_view value) {
    return std::ranges::find(list, value) != list.end();
}

bool is_q35(const std::string& machine) {
    return machine.find("q35") != std::string::npos;
}

tl::unexpected<Refusal> unsupported(const std::string& value, const std::string& virt_type, const char* key) {
    return refuse("UnsupportedHardware",
                  "Requested hardware '" + value + "' is not supported by the '" + virt_type +
                      "' virt driver",
                  key, Provenance::Image);
}

bool is_for(const FirmwareDescriptor& descriptor, const std::string& architecture,
            const std::string& machine) {
    return std::ranges::any_of(descriptor.targets, [&](const FirmwareTarget& target) {
        return target.architecture == architecture &&
               std::ranges::any_of(target.machines, [&](const std::string& pattern) {
                   return ::fnmatch(pattern.c_str(), machine.c_str(), FNM_NOESCAPE) == 0;
               });
    });
}

/// _check_secure_boot_support. What a host without known descriptors can do is libvirt's to say.
bool can_boot_securely(const HostTopology& host, const std::string& machine) {
    const bool any = !host.firmware || std::ranges::any_of(*host.firmware, &FirmwareDescriptor::secure_boot);
    return any && (host.architecture != "x86_64" || is_q35(machine));
}

tl::unexpected<Refusal> no_secure_boot() {
    return refuse("SecureBootNotSupported", "Secure Boot is not supported by host", "os:secure_boot");
}

} // namespace

std::string machine_type(const std::optional<std::string>& image_type, const NovaOptions& options,
                         const std::string& architecture) {
    if (image_type) {
        return *image_type;
    }
    const auto option = options.machine_types.find(architecture);
    if (option != options.machine_types.end()) {
        return option->second;
    }
    return architecture == "aarch64" ? "virt" : "pc";
}

Verdict check_disk_buses(const RuleInput& input) {
    for (const char* key : {"hw_disk_bus", "hw_cdrom_bus"}) {
        const auto bus = input.image.text(key);
        if (bus && !contains(kDiskBuses, *bus)) {
            return unsupported(*bus, "kvm", key);
        }
    }
    return {};
}

Verdict check_vif_model(const RuleInput& input, const NovaOptions& options) {
    const auto model = input.image.text("hw_vif_model");
    const bool emulated = options.virt_type == "qemu" && model == "lan9118";
    if (model && !emulated && !contains(kVifModels, *model)) {
        return unsupported(*model, options.virt_type, "hw_vif_model");
    }
    return {};
}

Verdict check_vtpm(const RuleInput& input) {
    NOVA_RT_TRY_ASSIGN(version, vtpm_version(input));
    if (!version) {
        return {};
    }
    return refuse("Invalid", "Refusing to create an emulated TPM with no secret!", "hw:tpm_version",
                  input.spec("hw:tpm_version") ? Provenance::Flavor : Provenance::Image);
}

Judged<std::optional<std::string>> viommu_model(const RuleInput& input, const std::string& architecture,
                                                const std::string& machine) {
    constexpr const char* kKey = "hw:viommu_model";
    const auto flavor = input.nonempty_spec(kKey);
    const auto model = flavor ? flavor : input.image.text("hw_viommu_model");
    if (!model) {
        return std::nullopt;
    }
    const bool fits = architecture == "aarch64" ? machine.find("virt") != std::string::npos : is_q35(machine);
    if (!fits) {
        return refuse("InvalidVIOMMUMachineType",
                      "vIOMMU is not supported by Current machine type " + machine +
                          " (Architecture: " + architecture + ").",
                      kKey, flavor ? Provenance::Flavor : Provenance::Image);
    }
    return model == "auto" ? "virtio" : *model;
}

Judged<std::optional<GuestFirmware>> guest_firmware(const RuleInput& input, const HostTopology& host,
                                                    const std::string& machine) {
    // aarch64 has no other firmware
    const std::string kind =
        input.image.text("hw_firmware_type").value_or(host.architecture == "aarch64" ? "uefi" : "bios");
    if (kind != "uefi") {
        return std::nullopt;
    }
    NOVA_RT_TRY_ASSIGN(wish, unique_value(input, "os:secure_boot", "os_secure_boot"));
    const bool possible = can_boot_securely(host, machine);
    if (wish == "required" && !possible) {
        return no_secure_boot();
    }
    const bool secure = wish == "required" || (wish == "optional" && possible && host.firmware);
    if (!host.firmware) {
        return GuestFirmware{.loader = {}, .nvram_template = {}, .secure_boot = secure, .needs_smm = secure};
    }
    const auto found = std::ranges::find_if(*host.firmware, [&](const FirmwareDescriptor& descriptor) {
        return descriptor.secure_boot == secure && is_for(descriptor, host.architecture, machine);
    });
    if (found != host.firmware->end()) {
        return GuestFirmware{.loader = found->executable,
                             .nvram_template = found->nvram_template,
                             .secure_boot = secure,
                             .needs_smm = found->requires_smm};
    }
    if (secure) {
        return no_secure_boot();
    }
    return refuse("UEFINotSupported", "UEFI is not supported", "hw_firmware_type", Provenance::Image);
}

} // namespace nova_rt
