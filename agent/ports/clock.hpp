// The seam to time.
#pragma once

#include <chrono>

namespace nova_rt {

class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// For time stamps that people read.
    [[nodiscard]] virtual std::chrono::system_clock::time_point now() const = 0;
    /// For deadlines and durations.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

} // namespace nova_rt
