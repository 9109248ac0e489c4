// The seam to the list of threads.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "model/scheduling.hpp"
#include "model/setting.hpp"

#include <string>
#include <vector>

namespace nova_rt {

/// A thread as /proc/PID/task/TID/stat shows it.
struct ThreadInfo {
    ThreadIdentity identity;
    std::string comm; ///< at most 15 bytes for a user thread; chosen by the program: data, never trusted
    Scheduling scheduling;
    bool kernel = false;         ///< a kernel thread (PF_KTHREAD)
    bool fixed_affinity = false; ///< the kernel refuses to move it (PF_NO_SETAFFINITY)
};

class ThreadLister {
public:
    ThreadLister() = default;
    ThreadLister(const ThreadLister&) = delete;
    ThreadLister& operator=(const ThreadLister&) = delete;
    virtual ~ThreadLister() = default;

    /// The process's threads by ascending id, the main thread included; threads that end meanwhile are left
    /// out. NotFound when the process is gone.
    [[nodiscard]] virtual Result<std::vector<ThreadInfo>> threads_of(Pid process) const = 0;
    /// One thread. NotFound when it is gone.
    [[nodiscard]] virtual Result<ThreadInfo> thread(Tid tid) const = 0;
    /// All kernel threads by ascending id.
    [[nodiscard]] virtual Result<std::vector<ThreadInfo>> kernel_threads() const = 0;
};

} // namespace nova_rt
