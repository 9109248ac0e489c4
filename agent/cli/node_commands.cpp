#include "adapters/config/nova_conf.hpp"
#include "adapters/journal/state_directory.hpp"
#include "adapters/systemd/systemd_units.hpp"
#include "cli/commands.hpp"
#include "isolation/node_preparation.hpp"

#include "wiring/wired_host.hpp"
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace nova_rt {

namespace {

/// The last part of kPreparedNodeFile.
constexpr const char* kRecordName = "dedicated-pcpus";

Status remember(const CpuSet& dedicated) {
    NOVA_RT_TRY_ASSIGN(directory, StateDirectory::open(HostPaths{}.state_directory));
    return dedicated.empty() ? directory.remove(kRecordName)
                             : directory.replace(kRecordName, dedicated.to_cpulist() + "\n");
}

Result<CpuSet> prepare(const std::string& nova_conf) {
    NOVA_RT_TRY_ASSIGN(sets, read_nova_cpu_sets(nova_conf));
    NOVA_RT_TRY_ASSIGN(host, WiredHost::open(HostPaths{}));
    SystemdUnits units;
    NOVA_RT_TRY_ASSIGN(leaked, repair_leaked_cpus(host->engine_ports()));
    if (!leaked.empty()) {
        fmt::print("the root cgroup had lost CPUs {} to no partition; they are back\n", leaked.to_cpulist());
    }
    return NodePreparation(host->engine_ports(), units, remember).prepare(sets);
}

Status unprepare() {
    NOVA_RT_TRY_ASSIGN(host, WiredHost::open(HostPaths{}));
    SystemdUnits units;
    return NodePreparation(host->engine_ports(), units, remember).unprepare();
}

} // namespace

void add_node_commands(CLI::App& app, ExitStatus& status) {
    auto* node = app.add_subcommand("node", "What is done once per node, on request");
    node->require_subcommand(1);
    const auto nova_conf = std::make_shared<std::string>("/etc/nova/nova.conf");
    auto* prepare_command = node->add_subcommand(
        "prepare",
        "Linux 6.1 to 6.6: give the CPUs of both Nova sets to machine.slice, so that guests can have "
        "isolated partitions of it; until the next boot");
    prepare_command->add_option("--nova-conf", *nova_conf, "where cpu_dedicated_set and cpu_shared_set are");
    prepare_command->callback([nova_conf, &status] {
        const auto cpus = prepare(*nova_conf);
        if (!cpus) {
            status = report(cpus.error());
            return;
        }
        fmt::print("{} is a partition root with CPUs {}\n", kMachineSlice, cpus->to_cpulist());
        status = ExitStatus::Done;
    });
    auto* unprepare_command = node->add_subcommand("unprepare", "Undo what prepare did");
    unprepare_command->callback([&status] {
        const auto done = unprepare();
        status = done ? ExitStatus::Done : report(done.error());
    });
}

} // namespace nova_rt
