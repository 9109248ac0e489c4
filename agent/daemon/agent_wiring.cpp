#include "daemon/agent_wiring.hpp"

#include "adapters/config/nova_conf.hpp"
#include "adapters/libvirt/libvirt_inventory.hpp"
#include "daemon/agent_loop.hpp"
#include "isolation/node_preparation.hpp"

#include "wiring/wired_host.hpp"

#include <csignal>

namespace nova_rt {

namespace {

/// What the configuration itself has to tell.
StatusOptions status_options(const LoadedConfig& loaded, const std::string& version) {
    StatusOptions options;
    options.agent_version = version;
    options.keeper.libvirt_status_directory = loaded.config.libvirt.status_directory.substr(1);
    CheckResult check{.name = "config"};
    const auto warn = [&](const std::string& text) {
        check.state = CheckState::Warn;
        check.seen += (check.seen.empty() ? "" : "; ") + text;
    };
    for (const auto& warning : loaded.warnings) {
        warn(warning);
    }
    auto nova = read_nova_cpu_sets(loaded.config.nova.config_file);
    if (nova) {
        options.nova = *std::move(nova);
    } else {
        warn(nova.error().message());
    }
    options.fixed_checks = {std::move(check)};
    return options;
}

LibvirtOptions libvirt_options(const LibvirtConfig& config) {
    LibvirtOptions options;
    options.uri = config.uri;
    options.call_deadline = config.call_deadline;
    return options;
}

/// What an older kernel lost before this agent came.
void repair_leak(const EnginePorts& ports, Logger& logger) {
    const auto leaked = repair_leaked_cpus(ports);
    if (!leaked) {
        logger.log(LogLevel::Warning, "CPUs that the root cgroup lost are not back",
                   {{"cause", leaked.error().message()}});
    } else if (!leaked->empty()) {
        logger.log(LogLevel::Warning, "the root cgroup had lost CPUs to no partition; they are back",
                   {{"cpus", leaked->to_cpulist()}});
    }
}

} // namespace

Status run_agent(const LoadedConfig& loaded, const std::string& version, Logger& logger) {
    const ProductConfig& config = loaded.config;
    NOVA_RT_TRY_ASSIGN(signals, SignalQueue::block({SIGTERM, SIGINT, SIGHUP}));
    NOVA_RT_TRY_ASSIGN(opened, WakeUp::open());
    const auto wake_up =
        std::make_shared<const WakeUp>(std::move(opened)); // outlives a thread stuck in libvirt
    NOVA_RT_TRY_ASSIGN(host, WiredHost::open({.state_directory = config.agent.private_directory}));
    repair_leak(host->engine_ports(), logger);
    IsolationEngine engine(host->engine_ports());
    NOVA_RT_TRY_ASSIGN(events, LibvirtEventLoop::start());
    const LibvirtInventory inventory(*events, libvirt_options(config.libvirt),
                                     [wake_up] { wake_up->wake(); });
    StatusService service({.reader = host->reader(),
                           .lister = host->lister(),
                           .threads = host->threads(),
                           .clock = host->clock(),
                           .inventory = inventory,
                           .engine = engine},
                          status_options(loaded, version));
    StatusPublisher publisher(PublishedFile(config.agent.status_file, config.agent.status_group),
                              host->clock(), config.agent.publish_period);
    logger.log(LogLevel::Info, "watching",
               {{"libvirt", config.libvirt.uri}, {"status_file", config.agent.status_file}});
    AgentLoop(service, publisher, signals, *wake_up, logger, config.agent.period).run();
    return {};
}

} // namespace nova_rt
