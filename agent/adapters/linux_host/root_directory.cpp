#include "adapters/linux_host/root_directory.hpp"

#include "base/text.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace nova_rt {

namespace {

/// A rename elsewhere may disturb the resolution of ".." (EAGAIN): the kernel asks to try again.
constexpr int kMaxTries = 8;
constexpr std::size_t kMaxMessagePath = 256;

} // namespace

Result<RootDirectory> RootDirectory::open(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        return fail(system_error(errno, "open root directory " + quoted(path, kMaxMessagePath)));
    }
    return RootDirectory(std::move(fd));
}

Result<UniqueFd> RootDirectory::open_file(std::string_view path, int open_flags) const {
    const std::string text(path);
    if (text.find('\0') != std::string::npos) {
        return fail(ErrorCode::InvalidArgument, "path " + quoted(text, kMaxMessagePath) + " contains NUL");
    }
    open_how how{};
    how.flags = static_cast<unsigned>(open_flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    for (int attempt = 0; attempt < kMaxTries; ++attempt) {
        const long fd = ::syscall(SYS_openat2, fd_.get(), text.c_str(), &how, sizeof how);
        if (fd >= 0) {
            return UniqueFd(static_cast<int>(fd));
        }
        if (errno != EAGAIN && errno != EINTR) {
            break;
        }
    }
    return fail(system_error(errno, "open /" + text));
}

} // namespace nova_rt
