#include "knobs/cgroup_location.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace nova_rt {

namespace {

bool contains(std::string_view comma_list, std::string_view item) {
    const auto items = split(comma_list, ',');
    return std::ranges::find(items, item) != items.end();
}

/// One line of /proc/self/mountinfo that mounts the hierarchy's root: its mount point.
/// Source: proc_pid_mountinfo(5).
std::optional<std::string> mount_point(std::string_view line, std::string_view hierarchy) {
    const auto separator = line.find(" - ");
    if (separator == std::string_view::npos) {
        return std::nullopt;
    }
    const auto mount = split(line.substr(0, separator), ' ');
    const auto source = split(line.substr(separator + 3), ' ');
    if (mount.size() < 5 || source.size() < 3 || !mount[4].starts_with('/')) {
        return std::nullopt;
    }
    const bool wanted = hierarchy == "unified" ? source[0] == "cgroup2"
                                               : source[0] == "cgroup" && contains(source[2], hierarchy);
    return wanted ? std::optional(std::string(mount[4].substr(1))) : std::nullopt;
}

} // namespace

std::string_view CgroupLocation::leaf() const {
    return std::string_view(path).substr(path.rfind('/') + 1);
}

std::string_view CgroupLocation::parent() const {
    const auto slash = path.rfind('/');
    return std::string_view(path).substr(0, slash == std::string::npos ? 0 : slash);
}

std::optional<CgroupLocation> parse_cgroup_location(std::string_view text) {
    std::optional<CgroupLocation> unified;
    for (const auto line : split(text, '\n')) {
        const auto first = line.find(':');
        const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos) {
            continue;
        }
        const auto controllers = line.substr(first + 1, second - first - 1);
        std::string path(line.substr(second + 1));
        if (!path.starts_with('/')) {
            continue;
        }
        if (contains(controllers, "cpuset")) {
            return CgroupLocation{.hierarchy = "cpuset", .path = std::move(path)};
        }
        if (controllers.empty()) {
            unified = CgroupLocation{.hierarchy = "unified", .path = std::move(path)};
        }
    }
    return unified;
}

Result<CgroupLocation> cgroup_location(const HostReader& files, Tid thread) {
    const std::string path = "proc/" + std::to_string(thread.value) + "/cgroup";
    NOVA_RT_TRY_ASSIGN(text, files.read(path));
    auto location = parse_cgroup_location(text);
    if (!location) {
        return fail(ErrorCode::Unsupported, "/" + path + " names no cgroup that governs CPUs");
    }
    return *std::move(location);
}

Result<std::string> cgroup_mount(const HostReader& files, std::string_view hierarchy) {
    NOVA_RT_TRY_ASSIGN(text, files.read("proc/self/mountinfo"));
    for (const auto line : split(text, '\n')) {
        if (auto point = mount_point(line, hierarchy)) {
            return *std::move(point);
        }
    }
    return fail(ErrorCode::Unsupported, "cgroup hierarchy " + std::string(hierarchy) + " is not mounted");
}

std::vector<std::string> cgroup_directories(const std::string& mount, const CgroupLocation& location) {
    std::vector<std::string> directories;
    std::string directory = mount;
    for (const auto name : split(location.path, '/')) {
        if (!name.empty()) {
            directory += "/" + std::string(name);
            directories.push_back(directory);
        }
    }
    return directories;
}

} // namespace nova_rt
