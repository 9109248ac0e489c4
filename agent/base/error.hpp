// What went wrong, as a value: a code to act on, the errno if there was one, and a message for a person.
#pragma once

#include <string>
#include <string_view>

namespace nova_rt {

/// What a caller can do about a failure. The message is for people, the code is for programs.
enum class ErrorCode {
    InvalidArgument, ///< the input is wrong; the sender must change it
    Refused,         ///< the input is understood and a rule forbids it
    NotFound,        ///< the object is gone or never existed (ENOENT, ESRCH): often an ordinary outcome
    Unsupported,     ///< this kernel, libvirt or build cannot do it: an ordinary outcome
    Immovable,       ///< the kernel owns the setting (a managed IRQ: EIO, EPERM, EINVAL): an ordinary outcome
    PermissionDenied, ///< EACCES or EPERM
    Busy,             ///< somebody else holds it; trying again may help
    Timeout,          ///< a deadline passed
    NoSpace,          ///< disk, quota or memory is exhausted, or a size limit was hit
    Io,               ///< any other failing system call
    Corrupt,          ///< stored data does not have the checksum, version or shape it must have
    Unavailable,      ///< a service (libvirt, the agent) cannot be reached
    Internal,         ///< a bug in this program
};

/// The code's name as it is logged and served, for instance "not_found".
[[nodiscard]] std::string_view to_string(ErrorCode code);

/// A failure. Messages say what was attempted, on which object and why it failed, without a final period:
/// "write 0-3 to /proc/irq/42/smp_affinity_list: managed interrupt (EIO)".
class Error {
public:
    Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

    Error(ErrorCode code, int system_errno, std::string message)
        : code_(code), system_errno_(system_errno), message_(std::move(message)) {}

    [[nodiscard]] ErrorCode code() const { return code_; }

    /// The errno behind the failure, 0 when there was none.
    [[nodiscard]] int system_errno() const { return system_errno_; }

    [[nodiscard]] const std::string& message() const { return message_; }

    /// The same failure with "context: " put before its message.
    [[nodiscard]] Error with_context(std::string_view context) const;

    friend bool operator==(const Error&, const Error&) = default;

private:
    ErrorCode code_;
    int system_errno_ = 0;
    std::string message_;
};

/// A failure of a system call: the code follows from the errno, and " (ENAME: text)" is appended to the
/// attempt.
[[nodiscard]] Error system_error(int system_errno, std::string_view attempt);

/// The symbolic name of an errno ("EIO"); "errno 4711" for one without a name.
[[nodiscard]] std::string errno_name(int system_errno);

} // namespace nova_rt
