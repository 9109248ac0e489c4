#include "adapters/linux_host/file_host_lock.hpp"

#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <thread>

namespace nova_rt {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// flock(2) has no deadline, and a signal to break it would belong to the whole process.
constexpr milliseconds kFirstPause{1};
constexpr milliseconds kLongestPause{8};

class FlockGuard final : public HostLock::Guard {
public:
    explicit FlockGuard(UniqueFd fd) : fd_(std::move(fd)) {}

private:
    UniqueFd fd_;
};

} // namespace

Result<std::unique_ptr<HostLock::Guard>> FileHostLock::acquire(milliseconds deadline) {
    UniqueFd fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) {
        return fail(system_error(errno, "open lock file " + path_));
    }
    const auto give_up_at = steady_clock::now() + deadline;
    for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
            return std::make_unique<FlockGuard>(std::move(fd));
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fail(system_error(errno, "lock " + path_));
        }
        const auto left = give_up_at - steady_clock::now();
        if (left <= steady_clock::duration::zero()) {
            return fail(ErrorCode::Timeout, "lock " + path_ + ": still held by another process after " +
                                                std::to_string(deadline.count()) + " ms");
        }
        std::this_thread::sleep_for(std::min<steady_clock::duration>(pause, left));
    }
}

} // namespace nova_rt
