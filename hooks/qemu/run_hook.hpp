// The hook wired to a host.
#pragma once

#include "qemu/qemu_hook.hpp"

#include "wiring/wired_host.hpp"

#include <string>

namespace nova_rt {

/// Where everything is. Only tests change it.
struct HookPaths {
    HostPaths host;
    std::string libvirt_status_directory = "run/libvirt/qemu"; ///< below the host's root
};

/// Never throws.
[[nodiscard]] HookResult run_hook(const HookInput& input, const HookPaths& paths);

} // namespace nova_rt
