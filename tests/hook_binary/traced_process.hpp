// A program under ptrace that is killed behind its n-th system call that changed something.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace nova_rt::test {

/// What a traced program did to the world outside it, in order: "renameat2", "sched_setaffinity", ...
/// Calls that failed and writes to stdout and stderr are left out.
struct TracedRun {
    std::vector<std::string> changes;
    std::size_t calls = 0;   ///< of any kind
    std::size_t flushes = 0; ///< fsync and fdatasync
    bool killed = false;     ///< by us, behind the change it was to be killed behind
    int status = -1;         ///< exit status; 128 + signal when it died of one
};

/// Forks, calls `enter` in the child (chroot, redirections), and runs argv[0] under ptrace.
/// kill_after: SIGKILL behind that many changes; 0: never. Nothing in the program takes part in this.
[[nodiscard]] TracedRun run_traced(const std::vector<std::string>& argv, const std::function<void()>& enter,
                                   std::size_t kill_after = 0);

} // namespace nova_rt::test
