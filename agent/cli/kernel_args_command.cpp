#include "adapters/config/nova_conf.hpp"
#include "cli/commands.hpp"
#include "cli/host_context.hpp"
#include "cli/kernel_args_text.hpp"
#include "cli/this_machine.hpp"
#include "topology/topology_reader.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <memory>

namespace nova_rt {

namespace {

struct KernelArgsOptions {
    std::string pcpus;
    std::string nova_conf = "/etc/nova/nova.conf";
    bool json = false;
    bool verify = false;
};

Result<CpuSet> pool_of(const KernelArgsOptions& options) {
    if (!options.pcpus.empty()) {
        return CpuSet::from_cpulist(options.pcpus);
    }
    NOVA_RT_TRY_ASSIGN(nova, read_nova_cpu_sets(options.nova_conf));
    if (!nova.dedicated) {
        return fail(ErrorCode::InvalidArgument, options.nova_conf +
                                                    " has no [compute] cpu_dedicated_set: say "
                                                    "which pCPUs are for realtime with --pcpus");
    }
    return *nova.dedicated;
}

std::optional<std::string> text_in(const HostReader& reader, const char* path) {
    auto text = reader.read(path);
    return text ? std::optional(*std::move(text)) : std::nullopt;
}

struct Answer {
    KernelArgumentPlan plan;
    std::vector<CheckResult> in_force;
};

Result<Answer> answer(const KernelArgsOptions& options) {
    NOVA_RT_TRY_ASSIGN(pool, pool_of(options));
    NOVA_RT_TRY_ASSIGN(reader, open_host_reader());
    NOVA_RT_TRY_ASSIGN(machine, this_machine());
    NOVA_RT_TRY_ASSIGN(topology, read_topology(*reader, machine));
    NOVA_RT_TRY_ASSIGN(plan, plan_kernel_arguments(topology, pool));
    const KernelArgumentFacts facts{
        .command_line = text_in(*reader, "proc/cmdline").value_or(""),
        .nohz_full = text_in(*reader, "sys/devices/system/cpu/nohz_full"),
        .isolated = text_in(*reader, "sys/devices/system/cpu/isolated"),
        .clocksource = text_in(*reader, "sys/devices/system/clocksource/clocksource0/current_clocksource"),
    };
    auto in_force = verify_kernel_arguments(plan, topology.architecture, facts);
    return Answer{.plan = std::move(plan), .in_force = std::move(in_force)};
}

ExitStatus kernel_args(const KernelArgsOptions& options) {
    const auto found = answer(options);
    if (!found) {
        return report(found.error());
    }
    fmt::print("{}",
               options.json ? to_json(found->plan, found->in_force) : to_text(found->plan, found->in_force));
    const bool missing = worst_state(found->in_force) == CheckState::Fail;
    return options.verify && missing ? ExitStatus::Refused : ExitStatus::Done;
}

} // namespace

void add_kernel_args_command(CLI::App& plan, ExitStatus& status) {
    const auto options = std::make_shared<KernelArgsOptions>();
    auto* command = plan.add_subcommand(
        "kernel-args",
        "Print the kernel arguments that a pool of realtime pCPUs wants, and what of them is in force");
    command->add_option("--pcpus", options->pcpus,
                        "the pool, as a list of pCPUs; without it cpu_dedicated_set of nova.conf");
    command->add_option("--nova-conf", options->nova_conf, "where cpu_dedicated_set is read")
        ->capture_default_str();
    command->add_flag("--json", options->json, "as a document");
    command->add_flag("--verify", options->verify, "exit 1 unless this boot has what the pool wants");
    command->callback([options, &status] { status = kernel_args(*options); });
}

} // namespace nova_rt
