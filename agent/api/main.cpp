// nova-rt-api: serves the agent's status document on loopback. Needs no privilege.
#include "adapters/config/product_config.hpp"
#include "adapters/logging/logger.hpp"
#include "adapters/rest/rest_server.hpp"
#include "adapters/service/service_notifier.hpp"
#include "adapters/service/signal_queue.hpp"
#include "api/api_routes.hpp"

#include <CLI/CLI.hpp>
#include <poll.h>
#include <unistd.h>

#include <csignal>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;

constexpr int kExitUsage = 2;
constexpr int kExitEnvironment = 3;

struct Arguments {
    ConfigSources sources;
    std::optional<std::uint16_t> port;
    std::string status_file;
};

/// Rereads the status document until a signal asks to stop.
void serve_until_signal(StatusSource& source, SignalQueue& signals) {
    constexpr int kRefreshMilliseconds = 200;
    for (;;) {
        source.refresh();
        pollfd poller{signals.fd(), POLLIN, 0};
        ::poll(&poller, 1, kRefreshMilliseconds);
        if (signals.next()) {
            return;
        }
    }
}

Status serve(const ProductConfig& config, Logger& logger) {
    NOVA_RT_TRY_ASSIGN(signals, SignalQueue::block({SIGTERM, SIGINT}));
    NOVA_RT_TRY_ASSIGN(runtime, CpprestRuntime::start());
    StatusSource source(config.api.status_file);
    source.refresh();
    const CpprestRuntime& threads = *runtime;
    const Router router = make_api_router({source,
                                           [] { return std::chrono::system_clock::now(); },
                                           {config.api.stale_after, config.api.dead_after},
                                           NOVA_RT_VERSION,
                                           [&threads] { return threads.contained_exceptions(); }});
    RestOptions options;
    options.port = config.api.port;
    NOVA_RT_TRY_ASSIGN(server, RestServer::open(threads, options, [&router](const HttpRequest& request) {
                           return router.dispatch(request);
                       }));
    logger.log(LogLevel::Info, "serving",
               {{"address", "127.0.0.1:" + std::to_string(server->port())},
                {"status_file", config.api.status_file}});
    service::notify_ready("serving on 127.0.0.1:" + std::to_string(server->port()));
    serve_until_signal(source, signals);
    service::notify_stopping();
    if (const auto closed = server->close(2s); !closed) {
        logger.log(LogLevel::Warning, "leaving at once", {{"reason", closed.error().message()}});
        ::_exit(0); // cpprestsdk's threads would never let us go
    }
    return {};
}

int run(const Arguments& arguments) {
    auto loaded = load_config(arguments.sources);
    if (!loaded) {
        Logger("nova-rt-api", LogLevel::Info).log(LogLevel::Error, loaded.error().message());
        return kExitUsage;
    }
    ProductConfig& config = loaded->config;
    config.api.port = arguments.port.value_or(config.api.port);
    if (!arguments.status_file.empty()) {
        config.api.status_file = arguments.status_file;
    }
    Logger logger("nova-rt-api", log_level_from(config.log.level).value_or(LogLevel::Info));
    for (const auto& warning : loaded->warnings) {
        logger.log(LogLevel::Warning, warning);
    }
    if (const auto served = serve(config, logger); !served) {
        logger.log(LogLevel::Error, served.error().message());
        return kExitEnvironment;
    }
    return 0;
}

} // namespace
} // namespace nova_rt

int main(int argc, char** argv) {
    CLI::App app("Serves the status of nova-rt-agent as REST on 127.0.0.1", "nova-rt-api");
    nova_rt::Arguments arguments;
    app.add_option("--config-file", arguments.sources.files, "Configuration file; may be repeated");
    app.add_option("--config-dir", arguments.sources.directories, "Directory of *.conf; may be repeated");
    app.add_option("--port", arguments.port, "Port on 127.0.0.1, 0 for any");
    app.add_option("--status-file", arguments.status_file, "Status document to serve");
    app.set_version_flag("--version", "nova-rt-api " NOVA_RT_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : nova_rt::kExitUsage;
    }
    if (arguments.sources.files.empty() && arguments.sources.directories.empty()) {
        arguments.sources = nova_rt::ConfigSources::defaults();
    }
    return nova_rt::run(arguments);
}
