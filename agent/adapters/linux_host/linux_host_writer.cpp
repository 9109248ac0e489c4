#include "adapters/linux_host/linux_host_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace nova_rt {

Status LinuxHostWriter::write(std::string_view path, std::string_view value) {
    const std::string attempt = "write " + std::string(value) + " to /" + std::string(path);
    // O_TRUNC means nothing to a kernel attribute and makes a fixture's regular file behave like one.
    NOVA_RT_TRY_ASSIGN_CONTEXT(fd, root_.open_file(path, O_WRONLY | O_TRUNC), attempt);
    ssize_t written = -1;
    do {
        written = ::write(fd.get(), value.data(), value.size());
    } while (written < 0 && errno == EINTR);
    if (written < 0) {
        return fail(system_error(errno, attempt));
    }
    if (static_cast<std::size_t>(written) != value.size()) {
        return fail(ErrorCode::Io, attempt + ": the kernel took " + std::to_string(written) + " of " +
                                       std::to_string(value.size()) + " bytes");
    }
    return {};
}

} // namespace nova_rt
