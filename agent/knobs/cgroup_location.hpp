// Where a thread is in the cgroup hierarchy that governs its CPUs.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "ports/host_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// A cgroup of the hierarchy with the cpuset controller.
struct CgroupLocation {
    std::string hierarchy; ///< "cpuset" (version 1) or "unified" (version 2)
    std::string path;      ///< inside the hierarchy, "/machine/qemu-1-a.libvirt-qemu/emulator"

    /// The last component: "emulator", "vcpu0".
    [[nodiscard]] std::string_view leaf() const;
    /// The path without its last component.
    [[nodiscard]] std::string_view parent() const;

    friend bool operator==(const CgroupLocation&, const CgroupLocation&) = default;
};

/// From the text of /proc/TID/cgroup: the version 1 cpuset hierarchy if there is one, else the unified one.
[[nodiscard]] std::optional<CgroupLocation> parse_cgroup_location(std::string_view text);

/// Where the thread is. NotFound when it is gone.
[[nodiscard]] Result<CgroupLocation> cgroup_location(const HostReader& files, Tid thread);

/// The directory below the host root at which the hierarchy is mounted, from /proc/self/mountinfo.
[[nodiscard]] Result<std::string> cgroup_mount(const HostReader& files, std::string_view hierarchy);

/// The cgroup's directories below the host root, from below the hierarchy's root down to the cgroup itself.
[[nodiscard]] std::vector<std::string> cgroup_directories(const std::string& mount,
                                                          const CgroupLocation& location);

} // namespace nova_rt
