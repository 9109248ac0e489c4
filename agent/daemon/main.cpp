// nova-rt-agent: keeps the isolation of realtime guests in force and publishes what it sees.
#include "adapters/config/product_config.hpp"
#include "adapters/logging/logger.hpp"
#include "daemon/agent_wiring.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace {

constexpr int kExitUsage = 2;
constexpr int kExitEnvironment = 3;

int run(const nova_rt::ConfigSources& sources) {
    using nova_rt::LogLevel;
    auto loaded = nova_rt::load_config(sources);
    if (!loaded) {
        nova_rt::Logger("nova-rt-agent", LogLevel::Info).log(LogLevel::Error, loaded.error().message());
        return kExitUsage;
    }
    nova_rt::Logger logger("nova-rt-agent",
                           nova_rt::log_level_from(loaded->config.log.level).value_or(LogLevel::Info));
    for (const auto& warning : loaded->warnings) {
        logger.log(LogLevel::Warning, warning);
    }
    if (const auto status = nova_rt::run_agent(*loaded, NOVA_RT_VERSION, logger); !status) {
        logger.log(LogLevel::Error, status.error().message());
        return kExitEnvironment;
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Keeps the isolation of realtime guests in force and publishes what it sees",
                 "nova-rt-agent");
    nova_rt::ConfigSources sources;
    bool print_sample = false;
    app.add_option("--config-file", sources.files, "Configuration file; may be repeated");
    app.add_option("--config-dir", sources.directories, "Directory of *.conf; may be repeated");
    app.add_flag("--print-sample-config", print_sample, "Print every option with its default, and exit");
    app.set_version_flag("--version", "nova-rt-agent " NOVA_RT_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : kExitUsage;
    }
    if (print_sample) {
        std::cout << nova_rt::sample_config();
        return 0;
    }
    if (sources.files.empty() && sources.directories.empty()) {
        sources = nova_rt::ConfigSources::defaults();
    }
    return run(sources);
}
