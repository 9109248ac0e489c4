// A file descriptor with an owner.
#pragma once

namespace nova_rt {

/// Owns a file descriptor and closes it. Every descriptor in the product is opened with O_CLOEXEC.
class UniqueFd {
public:
    UniqueFd() = default;

    explicit UniqueFd(int fd) : fd_(fd) {}

    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}

    UniqueFd& operator=(UniqueFd&& other) noexcept;
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;

    ~UniqueFd() { reset(); }

    [[nodiscard]] int get() const { return fd_; }

    [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

    /// Gives the descriptor away; the caller closes it.
    [[nodiscard]] int release();

    /// Closes what is held, then holds fd.
    void reset(int fd = -1);

private:
    int fd_ = -1;
};

} // namespace nova_rt
