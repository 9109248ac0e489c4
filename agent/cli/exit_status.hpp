// What the exit status of nova-rt means, and how failures are told.
#pragma once

#include "base/error.hpp"
#include "model/pinning_plan.hpp"

#include <vector>

namespace nova_rt {

/// The same for every command.
enum class ExitStatus {
    Done = 0,        ///< done; warnings keep it
    Refused = 1,     ///< understood and refused, or a check failed
    Usage = 2,       ///< the command line or the input is wrong
    Environment = 3, ///< libvirt, permissions, time-outs, missing files
};

[[nodiscard]] ExitStatus exit_status_of(const Error& error);

/// Prints "nova-rt: message" to stderr and gives the exit status that goes with it.
ExitStatus report(const Error& error);

/// Prints "nova-rt: warning: subject: text" to stderr for each warning.
void print_warnings(const std::vector<Reason>& reasons);

} // namespace nova_rt
