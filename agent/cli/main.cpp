// nova-rt: the operator's command.
#include "cli/commands.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <exception>

namespace {

int run(int argc, char** argv) {
    CLI::App app("Keeps the real-time promises of an OpenStack compute node", "nova-rt");
    app.set_version_flag("--version", NOVA_RT_VERSION);
    app.require_subcommand(1);
    auto status = nova_rt::ExitStatus::Done;
    nova_rt::add_translation_commands(app, status);
    nova_rt::add_plan_command(app, status);
    nova_rt::add_lint_command(app, status);
    nova_rt::add_define_command(app, status);
    nova_rt::add_isolation_commands(app, status);
    nova_rt::add_status_commands(app, status);
    nova_rt::add_capture_command(app, status);
    nova_rt::add_node_commands(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(nova_rt::ExitStatus::Usage);
    }
    return static_cast<int>(status);
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        static_cast<void>(std::fprintf(stderr, "nova-rt: internal error: %s\n", error.what()));
        return static_cast<int>(nova_rt::ExitStatus::Environment);
    }
}
