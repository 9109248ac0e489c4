// Signals as something to read, not something that interrupts.
#pragma once

#include "base/result.hpp"
#include "base/unique_fd.hpp"

#include <initializer_list>
#include <optional>

namespace nova_rt {

/// Blocks signals in the calling thread, and in every thread started later, and queues them behind a
/// descriptor that becomes readable. Create it before the first thread.
class SignalQueue {
public:
    [[nodiscard]] static Result<SignalQueue> block(std::initializer_list<int> signals);

    [[nodiscard]] int fd() const { return fd_.get(); }

    /// The next signal, without waiting.
    [[nodiscard]] std::optional<int> next();

private:
    explicit SignalQueue(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

} // namespace nova_rt
