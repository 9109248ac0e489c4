// The directory below which everything is read and written: "/" in production, a fixture tree in tests.
#pragma once

#include "base/result.hpp"
#include "base/unique_fd.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// Opens files below one directory with openat2(RESOLVE_IN_ROOT): neither ".." nor an absolute symbolic link
/// leads out of it, and magic links (/proc/PID/fd, cwd, root) are not followed.
class RootDirectory {
public:
    /// Needs Linux 5.6 or later (openat2).
    [[nodiscard]] static Result<RootDirectory> open(const std::string& path);

    /// open_flags as for open(2); O_CLOEXEC is added. Errors carry the errno and the path.
    [[nodiscard]] Result<UniqueFd> open_file(std::string_view path, int open_flags) const;

private:
    explicit RootDirectory(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

} // namespace nova_rt
