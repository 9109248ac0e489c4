// A thread with a small stack.
#pragma once

#include "base/result.hpp"

#include <pthread.h>

#include <functional>
#include <memory>
#include <string>

namespace nova_rt {

/// Runs one function on a 256 KiB stack (std::thread takes 8 MiB, locked when the process locks its memory).
/// The function must not throw. Joins when destroyed: make the function end first.
class SmallThread {
public:
    static constexpr std::size_t kStackBytes = std::size_t{256} * 1024;

    /// Names longer than 15 bytes are cut by the kernel's rule.
    [[nodiscard]] static Result<SmallThread> start(const std::string& name, std::function<void()> body);

    SmallThread(SmallThread&& other) noexcept;
    SmallThread& operator=(SmallThread&& other) noexcept;
    SmallThread(const SmallThread&) = delete;
    SmallThread& operator=(const SmallThread&) = delete;
    ~SmallThread();

    void join();
    /// Gives the thread up without waiting for it: before _exit only.
    void abandon();

private:
    explicit SmallThread(pthread_t thread) : thread_(thread), joinable_(true) {}

    pthread_t thread_{};
    bool joinable_ = false;
};

} // namespace nova_rt
