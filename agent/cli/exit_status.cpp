#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace nova_rt {

ExitStatus exit_status_of(const Error& error) {
    switch (error.code()) {
    case ErrorCode::InvalidArgument:
        return ExitStatus::Usage;
    case ErrorCode::Refused:
        return ExitStatus::Refused;
    default:
        return ExitStatus::Environment;
    }
}

ExitStatus report(const Error& error) {
    fmt::print(stderr, "nova-rt: {}\n", error.message());
    return exit_status_of(error);
}

void print_warnings(const std::vector<Reason>& reasons) {
    for (const auto& reason : reasons) {
        if (reason.severity == Reason::Severity::Warning) {
            fmt::print(stderr, "nova-rt: warning: {}: {}\n", reason.subject, reason.text);
        }
    }
}

} // namespace nova_rt
