#include "adapters/journal/state_directory.hpp"

#include "base/text.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <utility>

namespace nova_rt {

namespace {

constexpr mode_t kPrivateDirectory = 0700;
constexpr mode_t kParentDirectory = 0755;
constexpr mode_t kPrivateFile = 0600;
constexpr mode_t kAccessOfOthers = 0077;
constexpr mode_t kWriteOfOthers = 0022;
constexpr std::string_view kTemporaryPrefix = ".new.";
constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

/// Success when it exists already.
Status make_directory(int at, const std::string& name, mode_t mode) {
    if (::mkdirat(at, name.c_str(), mode) != 0 && errno != EEXIST) {
        return fail(system_error(errno, "create directory " + name));
    }
    return {};
}

Status write_all(int fd, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return fail(system_error(errno, "write " + path));
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// Whether it is a temporary file whose writer no longer runs.
bool is_leftover(std::string_view name) {
    if (!name.starts_with(kTemporaryPrefix)) {
        return false;
    }
    name.remove_prefix(kTemporaryPrefix.size());
    const auto writer = parse_number<pid_t>(name.substr(0, name.find('.')));
    return writer && *writer > 0 && ::kill(*writer, 0) != 0 && errno == ESRCH;
}

} // namespace

Result<StateDirectory> StateDirectory::open(const std::string& path) {
    if (const auto slash = path.rfind('/'); slash != std::string::npos && slash > 0) {
        NOVA_RT_TRY(make_directory(AT_FDCWD, path.substr(0, slash), kParentDirectory));
    }
    NOVA_RT_TRY(make_directory(AT_FDCWD, path, kPrivateDirectory));
    UniqueFd fd(::open(path.c_str(), kDirectoryFlags));
    if (!fd) {
        return fail(system_error(errno, "open directory " + path));
    }
    return adopt(std::move(fd), path);
}

Result<StateDirectory> StateDirectory::subdirectory(const std::string& name) const {
    const std::string path = path_ + "/" + name;
    UniqueFd fd(::openat(fd_.get(), name.c_str(), kDirectoryFlags));
    if (!fd && errno == ENOENT) {
        NOVA_RT_TRY_CONTEXT(make_directory(fd_.get(), name, kPrivateDirectory), path_);
        fd.reset(::openat(fd_.get(), name.c_str(), kDirectoryFlags));
    }
    if (!fd) {
        return fail(system_error(errno, "open directory " + path));
    }
    return adopt(std::move(fd), path);
}

Result<StateDirectory> StateDirectory::adopt(UniqueFd fd, std::string path) {
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) {
        return fail(system_error(errno, "examine directory " + path));
    }
    if (status.st_uid != ::geteuid() || (status.st_mode & kWriteOfOthers) != 0) {
        return fail(ErrorCode::PermissionDenied,
                    "directory " + path + " belongs to another user or is writable by others");
    }
    if ((status.st_mode & kAccessOfOthers) != 0 && ::fchmod(fd.get(), kPrivateDirectory) != 0) {
        return fail(system_error(errno, "close directory " + path + " to others"));
    }
    return StateDirectory(std::move(fd), std::move(path));
}

Result<std::optional<std::string>> StateDirectory::read(const std::string& name) const {
    const std::string path = path_ + "/" + name;
    const UniqueFd fd(::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!fd && errno == ENOENT) {
        return std::nullopt;
    }
    struct stat status{};
    if (!fd || ::fstat(fd.get(), &status) != 0) {
        return fail(system_error(errno, "open " + path));
    }
    if (!S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) > kMaxFileBytes) {
        return fail(ErrorCode::Corrupt, path + " is not a regular file of reasonable size");
    }
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t used = 0;
    while (used < content.size()) {
        const ssize_t got = ::read(fd.get(), content.data() + used, content.size() - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail(system_error(errno, "read " + path));
        }
        if (got == 0) {
            break;
        }
        used += static_cast<std::size_t>(got);
    }
    content.resize(used);
    return content;
}

Status StateDirectory::write_temporary(const std::string& name, std::string_view content) const {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const std::string path = path_ + "/" + name;
    UniqueFd fd(::openat(fd_.get(), name.c_str(), kFlags, kPrivateFile));
    if (!fd && errno == EEXIST) { // left by a killed process that had our process id
        ::unlinkat(fd_.get(), name.c_str(), 0);
        fd.reset(::openat(fd_.get(), name.c_str(), kFlags, kPrivateFile));
    }
    if (!fd) {
        return fail(system_error(errno, "create " + path));
    }
    NOVA_RT_TRY(write_all(fd.get(), content, path));
    if (::fsync(fd.get()) != 0) {
        return fail(system_error(errno, "make durable " + path));
    }
    return {};
}

Status StateDirectory::replace(const std::string& name, std::string_view content) const {
    const std::string temporary = std::string(kTemporaryPrefix) + std::to_string(::getpid()) + "." + name;
    Status status = write_temporary(temporary, content);
    if (status && ::renameat(fd_.get(), temporary.c_str(), fd_.get(), name.c_str()) != 0) {
        status = fail(system_error(errno, "replace " + path_ + "/" + name));
    }
    if (!status) {
        ::unlinkat(fd_.get(), temporary.c_str(), 0);
        return status;
    }
    remove_leftovers();
    return sync();
}

Status StateDirectory::rename(const std::string& from, const std::string& to) const {
    if (::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()) != 0) {
        return fail(system_error(errno, "rename " + path_ + "/" + from + " to " + to));
    }
    return sync();
}

Status StateDirectory::remove(const std::string& name) const {
    remove_leftovers();
    if (::unlinkat(fd_.get(), name.c_str(), 0) != 0) {
        if (errno == ENOENT) {
            return {};
        }
        return fail(system_error(errno, "remove " + path_ + "/" + name));
    }
    return sync();
}

Result<std::vector<std::string>> StateDirectory::list() const {
    NOVA_RT_TRY_ASSIGN(names, all_names());
    std::erase_if(names, [](const std::string& name) { return name.starts_with(kTemporaryPrefix); });
    return names;
}

void StateDirectory::remove_leftovers() const {
    const auto names = all_names();
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        if (is_leftover(name)) {
            ::unlinkat(fd_.get(), name.c_str(), 0);
        }
    }
}

Result<std::vector<std::string>> StateDirectory::all_names() const {
    // A descriptor of its own: the reading position belongs to the open file.
    UniqueFd fd(::openat(fd_.get(), ".", kDirectoryFlags));
    const std::unique_ptr<DIR, CloseDirectory> directory(fd ? ::fdopendir(fd.get()) : nullptr);
    if (!directory) {
        return fail(system_error(errno, "list " + path_));
    }
    static_cast<void>(fd.release()); // the DIR owns it now
    std::vector<std::string> names;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): own stream
    while (const dirent* const entry = ::readdir(directory.get())) {
        const std::string_view name(entry->d_name);
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
    }
    std::ranges::sort(names);
    return names;
}

Status StateDirectory::sync() const {
    if (::fsync(fd_.get()) != 0) {
        return fail(system_error(errno, "make durable " + path_));
    }
    return {};
}

} // namespace nova_rt
