#include "base/error.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

ErrorCode code_of_errno(int system_errno) {
    switch (system_errno) {
    case ENOENT:
    case ESRCH:
    case ENODEV:
    case ENXIO:
        return ErrorCode::NotFound;
    case EACCES:
    case EPERM:
    case EROFS:
        return ErrorCode::PermissionDenied;
    case EBUSY:
    case EAGAIN:
        return ErrorCode::Busy;
    case ETIMEDOUT:
        return ErrorCode::Timeout;
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        return ErrorCode::NoSpace;
    case ENOSYS:
    case EOPNOTSUPP:
        return ErrorCode::Unsupported;
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:
        return ErrorCode::Unavailable;
    default:
        return ErrorCode::Io;
    }
}

} // namespace

std::string_view to_string(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidArgument:
        return "invalid_argument";
    case ErrorCode::Refused:
        return "refused";
    case ErrorCode::NotFound:
        return "not_found";
    case ErrorCode::Unsupported:
        return "unsupported";
    case ErrorCode::Immovable:
        return "immovable";
    case ErrorCode::PermissionDenied:
        return "permission_denied";
    case ErrorCode::Busy:
        return "busy";
    case ErrorCode::Timeout:
        return "timeout";
    case ErrorCode::NoSpace:
        return "no_space";
    case ErrorCode::Io:
        return "io";
    case ErrorCode::Corrupt:
        return "corrupt";
    case ErrorCode::Unavailable:
        return "unavailable";
    case ErrorCode::Internal:
        return "internal";
    }
    return "internal";
}

Error Error::with_context(std::string_view context) const {
    Error outer = *this;
    outer.message_ = std::string(context) + ": " + message_;
    return outer;
}

std::string errno_name(int system_errno) {
    if (const char* name = ::strerrorname_np(system_errno); name != nullptr) {
        return name;
    }
    return "errno " + std::to_string(system_errno);
}

Error system_error(int system_errno, std::string_view attempt) {
    std::string message(attempt);
    message += ": ";
    if (const char* text = ::strerrordesc_np(system_errno); text != nullptr) {
        message += text;
        message += ' ';
    }
    message += '(' + errno_name(system_errno) + ')';
    return {code_of_errno(system_errno), system_errno, std::move(message)};
}

} // namespace nova_rt
