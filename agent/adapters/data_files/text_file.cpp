#include "adapters/data_files/text_file.hpp"

#include "base/text.hpp"
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace nova_rt {

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
    const bool standard_input = path == "-";
    const std::string name = standard_input ? "standard input" : quoted(path, 256);
    UniqueFd file;
    if (!standard_input) {
        file.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!file) {
            return fail(system_error(errno, "open " + name));
        }
    }
    const int fd = standard_input ? STDIN_FILENO : file.get();
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return fail(system_error(errno, "read " + name));
        }
        if (count == 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > max_bytes) {
            return fail(ErrorCode::NoSpace,
                        "read " + name + ": longer than " + std::to_string(max_bytes) + " bytes");
        }
    }
}

} // namespace nova_rt
