#include "cli/vhost_user_sockets.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <optional>

namespace nova_rt {

namespace {

constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;

/// 0 and the file's mode, or why it cannot be looked at.
struct Look {
    int error = 0;
    mode_t mode = 0;
};

Look look_at(const std::string& path) {
    struct stat attributes{};
    if (::stat(path.c_str(), &attributes) != 0) {
        return {.error = errno, .mode = 0};
    }
    return {.error = 0, .mode = attributes.st_mode};
}

const char* kind_of(mode_t mode) {
    if (S_ISDIR(mode)) {
        return "a directory";
    }
    return S_ISREG(mode) ? "a regular file" : "no socket";
}

/// Why QEMU could not connect to it.
std::optional<std::string> problem_of_client(const std::string& path) {
    const Look seen = look_at(path);
    const std::string device = path.substr(path.rfind('/') + 1);
    const std::string repair = "QEMU connects to the switch here, which must have made the socket: ovs-vsctl "
                               "add-port BRIDGE " +
                               device + " -- set Interface " + device +
                               " type=dpdkvhostuser; or use mode server with a dpdkvhostuserclient port";
    if (seen.error == ENOENT) {
        return "does not exist; " + repair;
    }
    if (seen.error != 0) {
        return fmt::format("cannot be looked at ({}); {}", errno_name(seen.error), repair);
    }
    return S_ISSOCK(seen.mode) ? std::nullopt
                               : std::optional(fmt::format("is {}; {}", kind_of(seen.mode), repair));
}

/// Why QEMU could not, or must not, listen there.
std::optional<std::string> problem_of_server(const std::string& path) {
    const std::string directory = path.substr(0, path.rfind('/') + 1);
    const Look place = look_at(directory);
    if (place.error != 0 || !S_ISDIR(place.mode)) {
        return fmt::format("cannot be made: {} is no directory; QEMU listens here and makes the socket",
                           quoted(directory));
    }
    const Look seen = look_at(path);
    if (seen.error == 0 && !S_ISSOCK(seen.mode)) {
        return fmt::format("is {}; QEMU listens here and would remove it; name another path",
                           kind_of(seen.mode));
    }
    return std::nullopt;
}

} // namespace

std::vector<std::string> vhost_user_socket_problems(const std::vector<NetworkPort>& ports) {
    std::vector<std::string> problems;
    for (const auto& port : ports) {
        if (port.kind != InterfaceKind::VhostUser) {
            continue;
        }
        const bool client = port.socket_mode == VhostUserMode::Client;
        std::optional<std::string> problem;
        if (port.socket_path.size() > kLongestPath) {
            problem = fmt::format("is longer than the {} bytes a socket's path may have", kLongestPath);
        } else {
            problem = client ? problem_of_client(port.socket_path) : problem_of_server(port.socket_path);
        }
        if (problem) {
            problems.push_back(fmt::format("vhost-user port {}, mode {}: socket {} {}", quoted(port.port_id),
                                           client ? "client" : "server", quoted(port.socket_path, 128),
                                           *problem));
        }
    }
    return problems;
}

} // namespace nova_rt
