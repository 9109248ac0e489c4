// UEFI firmware: what a host has, and what a guest gets.
#pragma once

#include <string>
#include <vector>

namespace nova_rt {

/// For which machines a firmware is. Source: QEMU's docs/interop/firmware.json, FirmwareTarget.
struct FirmwareTarget {
    std::string architecture;
    std::vector<std::string> machines; ///< with wildcards: "pc-q35-*"
};

/// One file of /usr/share/qemu/firmware, as far as Nova reads it.
struct FirmwareDescriptor {
    std::string executable;
    std::string nvram_template;
    std::vector<FirmwareTarget> targets;
    bool secure_boot = false;
    bool requires_smm = false;
};

/// The firmware of one guest. Without a loader libvirt chooses the files.
struct GuestFirmware {
    std::string loader;
    std::string nvram_template;
    bool secure_boot = false;
    bool needs_smm = false;
};

} // namespace nova_rt
