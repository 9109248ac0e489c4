// The seam to the lock that serialises everybody who changes the host.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <memory>

namespace nova_rt {

/// One lock per host, shared by hook, agent and CLI. Nobody waits for another process while holding it.
class HostLock {
public:
    /// Holds the lock until destroyed; the kernel drops it when the process dies.
    class Guard {
    public:
        Guard() = default;
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        virtual ~Guard() = default;
    };

    HostLock() = default;
    HostLock(const HostLock&) = delete;
    HostLock& operator=(const HostLock&) = delete;
    virtual ~HostLock() = default;

    /// Timeout when somebody else still holds it after `deadline`.
    [[nodiscard]] virtual Result<std::unique_ptr<Guard>> acquire(std::chrono::milliseconds deadline) = 0;
};

} // namespace nova_rt
