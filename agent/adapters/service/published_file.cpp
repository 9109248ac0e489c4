#include "adapters/service/published_file.hpp"

#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

namespace nova_rt {

namespace {

constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kFileMode = 0640;

std::optional<gid_t> group_id(const std::string& name) {
    std::array<char, 4096> buffer{};
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    return found != nullptr ? std::optional(found->gr_gid) : std::nullopt;
}

/// Opens the directory; makes it, and no parent of its parent, when it is missing.
Result<UniqueFd> open_directory(const std::string& directory, std::optional<gid_t> group) {
    constexpr int kFlags = O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
    UniqueFd fd(::open(directory.c_str(), kFlags));
    if (fd || errno != ENOENT) {
        return fd ? Result<UniqueFd>(std::move(fd)) : fail(system_error(errno, "open " + directory));
    }
    const std::string parent = directory.substr(0, directory.rfind('/'));
    if (!parent.empty() && ::mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST) {
        return fail(system_error(errno, "make directory " + parent));
    }
    if (::mkdir(directory.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
        return fail(system_error(errno, "make directory " + directory));
    }
    fd.reset(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    const bool done = fd && ::fchmod(fd.get(), kDirectoryMode) == 0 &&
                      (!group || ::fchown(fd.get(), static_cast<uid_t>(-1), *group) == 0);
    return done ? Result<UniqueFd>(std::move(fd)) : fail(system_error(errno, "prepare " + directory));
}

Status write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return fail(system_error(errno, "write " + path));
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return {};
}

} // namespace

Status PublishedFile::publish(std::string_view text) const {
    const auto slash = path_.rfind('/');
    const std::string name = path_.substr(slash + 1);
    const std::string temporary = "." + name + "." + std::to_string(::getpid());
    const auto group = group_id(group_);
    NOVA_RT_TRY_ASSIGN(directory, open_directory(path_.substr(0, slash), group));
    ::unlinkat(directory.get(), temporary.c_str(), 0); // of a killed process with our id
    const UniqueFd file(::openat(directory.get(), temporary.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
    if (!file) {
        return fail(system_error(errno, "write " + path_));
    }
    Status status = write_all(file.get(), text, path_);
    const bool owned = ::fchmod(file.get(), kFileMode) == 0 &&
                       (!group || ::fchown(file.get(), static_cast<uid_t>(-1), *group) == 0);
    if (status && !owned) {
        status = fail(system_error(errno, "set owner and mode of " + path_));
    }
    if (status && ::renameat(directory.get(), temporary.c_str(), directory.get(), name.c_str()) != 0) {
        status = fail(system_error(errno, "replace " + path_));
    }
    if (!status) {
        ::unlinkat(directory.get(), temporary.c_str(), 0);
    }
    return status;
}

} // namespace nova_rt
