#include "adapters/linux_host/host_record_tree.hpp"

#include "base/text.hpp"
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>

namespace nova_rt {

namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr std::size_t kMaxMessagePath = 256;

std::string shown(const std::string& path) {
    return quoted(path, kMaxMessagePath);
}

Result<UniqueFd> open_empty_directory(const std::string& path) {
    if (::mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
        return fail(system_error(errno, "create directory " + shown(path)));
    }
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) {
        return fail(system_error(errno, "open directory " + shown(path)));
    }
    std::error_code error;
    const std::filesystem::directory_iterator entries("/proc/self/fd/" + std::to_string(fd.get()), error);
    if (error) {
        return fail(system_error(error.value(), "list directory " + shown(path)));
    }
    if (entries != std::filesystem::directory_iterator{}) {
        return fail(ErrorCode::Refused,
                    "directory " + shown(path) + " is not empty: give one that is, or does not exist");
    }
    return fd;
}

/// The directory of that path below the root, created on the way.
Result<UniqueFd> open_directory(int root, std::string_view path) {
    UniqueFd current(::fcntl(root, F_DUPFD_CLOEXEC, 0));
    for (const auto piece : split(path, '/')) {
        if (piece == ".." || piece == "." || (piece.empty() && !path.empty())) {
            return fail(ErrorCode::InvalidArgument,
                        "recorded path " + quoted(path, kMaxMessagePath) + " is not plain");
        }
        const std::string name(piece);
        if (name.empty()) {
            break;
        }
        if (::mkdirat(current.get(), name.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
            return fail(system_error(errno, "create directory " + std::string(path)));
        }
        UniqueFd next(::openat(current.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next) {
            return fail(system_error(errno, "open directory " + std::string(path)));
        }
        current = std::move(next);
    }
    return current;
}

Status write_file(int root, const std::string& path, std::string text) {
    const auto slash = path.rfind('/');
    const auto parent = slash == std::string::npos ? std::string() : path.substr(0, slash);
    const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
    NOVA_RT_TRY_ASSIGN(directory, open_directory(root, parent));
    const UniqueFd fd(::openat(directory.get(), name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
    if (!fd) {
        return fail(system_error(errno, "create " + path));
    }
    text += '\n';
    for (std::string_view rest = text; !rest.empty();) {
        const ssize_t written = ::write(fd.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return fail(system_error(errno, "write " + path));
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace

Status write_host_record(const HostRecord& record, const std::string& directory) {
    NOVA_RT_TRY_ASSIGN(root, open_empty_directory(directory));
    for (const auto& path : record.directories) {
        NOVA_RT_TRY_ASSIGN_CONTEXT(made, open_directory(root.get(), path), shown(directory));
    }
    for (const auto& [path, text] : record.files) {
        NOVA_RT_TRY_CONTEXT(write_file(root.get(), path, text), shown(directory));
    }
    return {};
}

} // namespace nova_rt
