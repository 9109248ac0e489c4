#include "node/noise/meter/progress.hpp"

#include "base/text.hpp"
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace nova_rt::noise {

namespace {

constexpr off_t kTailBytes = off_t{64} * 1024;

} // namespace

std::int64_t last_count(std::string_view text) {
    const auto end = text.rfind('\n');
    auto lines = split(text.substr(0, end == std::string_view::npos ? 0 : end), '\n');
    std::ranges::reverse(lines);
    for (const auto line : lines) {
        if (const auto number = parse_number<std::int64_t>(trimmed(line))) {
            return *number;
        }
    }
    return 0;
}

Result<std::int64_t> read_progress(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat attributes{};
    if (!file || ::fstat(file.get(), &attributes) != 0) {
        return fail(system_error(errno, "read the guest's progress from " + quoted(path)));
    }
    std::string text(static_cast<std::size_t>(kTailBytes), '\0');
    const off_t start = std::max(off_t{0}, attributes.st_size - kTailBytes);
    const ssize_t got = ::pread(file.get(), text.data(), text.size(), start);
    if (got < 0) {
        return fail(system_error(errno, "read the guest's progress from " + quoted(path)));
    }
    return last_count(std::string_view(text).substr(0, static_cast<std::size_t>(got)));
}

} // namespace nova_rt::noise
