// The hook wired to a host.
#pragma once

#include "qemu/qemu_hook.hpp"

#include <string>

namespace nova_rt {

/// Where everything is. Only tests change it.
struct HookPaths {
    std::string host_root = "/";
    std::string state_directory = "/run/nova-rt/private";
    std::string libvirt_status_directory = "run/libvirt/qemu"; ///< below host_root
};

/// Never throws.
[[nodiscard]] HookResult run_hook(const HookInput& input, const HookPaths& paths);

} // namespace nova_rt
