// A recorded host as a directory tree, which a LinuxHostReader reads like the host itself.
#pragma once

#include "adapters/linux_host/recording_host_reader.hpp"
#include "base/result.hpp"

#include <string>

namespace nova_rt {

/// Creates the directory, or uses an empty one, and writes every file and directory of the record below it.
/// Refused when the directory has entries, or is none; InvalidArgument for a recorded path with "..". No
/// symbolic link is followed or made below the directory.
[[nodiscard]] Status write_host_record(const HostRecord& record, const std::string& directory);

} // namespace nova_rt
