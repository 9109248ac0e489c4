// Whether the sockets of a guest's vhost-user ports are what QEMU will need.
#pragma once

#include "model/flavor.hpp"

#include <string>
#include <vector>

namespace nova_rt {

/// What would keep QEMU from starting with these ports on this machine, one text per port with port, path,
/// reason and repair; looks at the file system and changes nothing. A port where QEMU connects (mode client)
/// needs a socket to be there. A port where QEMU listens (mode server) needs the directory, and nothing but a
/// former socket in its place: QEMU removes whatever is there without asking. No socket's path is longer
/// than 107 bytes (sun_path of unix(7)).
[[nodiscard]] std::vector<std::string> vhost_user_socket_problems(const std::vector<NetworkPort>& ports);

} // namespace nova_rt
