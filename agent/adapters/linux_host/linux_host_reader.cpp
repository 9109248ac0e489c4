#include "adapters/linux_host/linux_host_reader.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

namespace nova_rt {

namespace {

constexpr std::size_t kFirstBuffer = 4096;
constexpr std::string_view kTrailingWhiteSpace = " \t\n\r\v\f";

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

ssize_t read_some(int fd, char* into, std::size_t size) {
    ssize_t got = -1;
    do {
        got = ::read(fd, into, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

} // namespace

Result<std::string> LinuxHostReader::read(std::string_view path, std::size_t max_bytes) const {
    NOVA_RT_TRY_ASSIGN(fd, root_.open_file(path, O_RDONLY));
    std::string text;
    std::size_t used = 0;
    for (;;) {
        if (used == text.size()) {
            text.resize(std::min(std::max(kFirstBuffer, used * 2), max_bytes + 1));
        }
        const ssize_t got = read_some(fd.get(), text.data() + used, text.size() - used);
        if (got < 0) {
            return fail(system_error(errno, "read /" + std::string(path)));
        }
        used += static_cast<std::size_t>(got);
        if (used > max_bytes) {
            return fail(ErrorCode::NoSpace, "read /" + std::string(path) + ": longer than " +
                                                std::to_string(max_bytes) + " bytes");
        }
        if (got == 0) {
            break;
        }
    }
    const auto end = std::string_view(text.data(), used).find_last_not_of(kTrailingWhiteSpace);
    text.resize(end == std::string_view::npos ? 0 : end + 1);
    return text;
}

Result<std::vector<std::string>> LinuxHostReader::list(std::string_view path) const {
    NOVA_RT_TRY_ASSIGN(fd, root_.open_file(path, O_RDONLY | O_DIRECTORY));
    const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(fd.get()));
    if (!directory) {
        return fail(system_error(errno, "list /" + std::string(path)));
    }
    static_cast<void>(fd.release()); // the DIR owns it now
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(directory.get()); // NOLINT(concurrency-mt-unsafe): own stream
        if (entry == nullptr) {
            break;
        }
        const std::string_view name(entry->d_name);
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
    }
    if (errno != 0) {
        return fail(system_error(errno, "list /" + std::string(path)));
    }
    std::ranges::sort(names);
    return names;
}

bool LinuxHostReader::exists(std::string_view path) const {
    return root_.open_file(path, O_PATH).has_value();
}

Result<std::string> LinuxHostReader::read_link(std::string_view path) const {
    NOVA_RT_TRY_ASSIGN(fd, root_.open_file(path, O_PATH | O_NOFOLLOW));
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlinkat(fd.get(), "", target.data(), target.size());
    if (length < 0) {
        return fail(system_error(errno, "read link /" + std::string(path)));
    }
    return std::string(target.data(), static_cast<std::size_t>(length));
}

} // namespace nova_rt
