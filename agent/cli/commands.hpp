// The commands of nova-rt. Each adds its options and what it does to the command line.
#pragma once

#include "cli/exit_status.hpp"

namespace CLI {
class App;
}

namespace nova_rt {

/// Each function adds one or more subcommands; running one stores its exit status in `status`, which must
/// outlive the parsing of the command line.
void add_translation_commands(CLI::App& app, ExitStatus& status); ///< translate, explain, augment
void add_plan_command(CLI::App& app, ExitStatus& status);         ///< plan
void add_kernel_args_command(CLI::App& plan, ExitStatus& status); ///< plan kernel-args
void add_lint_command(CLI::App& app, ExitStatus& status);         ///< lint
void add_define_command(CLI::App& app, ExitStatus& status);       ///< define
void add_isolation_commands(CLI::App& app, ExitStatus& status);   ///< hook, release, journal
void add_status_commands(CLI::App& app, ExitStatus& status);      ///< status, doctor
void add_capture_command(CLI::App& app, ExitStatus& status);      ///< capture-host
void add_node_commands(CLI::App& app, ExitStatus& status);        ///< node prepare, node unprepare

} // namespace nova_rt
