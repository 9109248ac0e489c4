#include "node/noise/meter/progress.hpp"

#include "base/text.hpp"
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace nova_rt::noise {

Result<std::int64_t> read_progress(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return fail(system_error(errno, "read the guest's progress from " + quoted(path)));
    }
    std::array<char, 65536> buffer{};
    for (std::int64_t lines = 0;;) {
        const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0) {
            return fail(system_error(errno, "read the guest's progress from " + quoted(path)));
        }
        if (got == 0) {
            return lines;
        }
        lines += std::count(buffer.begin(), buffer.begin() + got, '\n');
    }
}

} // namespace nova_rt::noise
