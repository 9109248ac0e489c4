#include "cli/host_capture.hpp"

#include "adapters/linux_host/host_redaction.hpp"
#include "base/text.hpp"
#include "cli/doctor.hpp"
#include "isolation/grading.hpp"
#include "knobs/cgroup_location.hpp"
#include "knobs/knob_registry.hpp"
#include "services/cpu_census.hpp"
#include "services/irq_report.hpp"

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace nova_rt {

namespace {

/// What says how the host was booted and what it can do, beyond what is read to decide: a directory ends in
/// "/" and means every file in it.
constexpr std::array kFurtherFiles = {
    "proc/cmdline",
    "proc/interrupts",
    "proc/softirqs",
    "proc/stat",
    "proc/schedstat",
    "proc/meminfo",
    "proc/sys/kernel/osrelease",
    "proc/sys/kernel/version",
    "proc/sys/kernel/watchdog_cpumask",
    "proc/sys/kernel/timer_migration",
    "proc/sys/kernel/sched_schedstats",
    "proc/sys/kernel/sched_rt_period_us",
    "proc/sys/kernel/sched_rt_runtime_us",
    "proc/sys/vm/stat_interval",
    "sys/devices/system/cpu/isolated",
    "sys/devices/system/cpu/nohz_full",
    "sys/devices/system/cpu/offline",
    "sys/devices/system/cpu/possible",
    "sys/devices/system/cpu/smt/active",
    "sys/devices/system/cpu/smt/control",
    "sys/devices/system/cpu/cpuidle/",
    "sys/devices/system/clocksource/clocksource0/",
    "sys/devices/virtual/workqueue/",
    "sys/fs/resctrl/cpus_list",
    "sys/fs/resctrl/schemata",
    "sys/fs/resctrl/info/L3/",
    "sys/fs/resctrl/info/MB/",
    "sys/kernel/realtime",
    "sys/module/kvm/parameters/nx_huge_pages",
};
constexpr std::array kCpuDirectories = {"cpufreq/", "topology/"};
constexpr std::array<std::string_view, 2> kMachineCgroups = {"machine.slice", "machine"};

void ask_for(const HostReader& reader, const std::string& path) {
    if (!path.ends_with('/')) {
        static_cast<void>(reader.read(path));
        return;
    }
    const auto names = reader.list(path.substr(0, path.size() - 1));
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        static_cast<void>(reader.read(path + name));
    }
}

/// The CPU controller's settings of one cgroup.
void ask_for_cgroup(const HostReader& reader, const std::string& directory) {
    const auto names = reader.list(directory);
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        if (name.starts_with("cpuset.") || name.starts_with("cpu.rt_") || name == "cgroup.controllers" ||
            name == "cgroup.subtree_control" || name == "cgroup.type") {
            static_cast<void>(reader.read(directory + "/" + name));
        }
    }
}

void ask_for_cgroups(const HostReader& reader) {
    for (const char* hierarchy : {"cpuset", "cpu", "unified"}) {
        const auto mount = cgroup_mount(reader, hierarchy);
        if (!mount) {
            continue;
        }
        ask_for_cgroup(reader, *mount);
        for (const auto name : kMachineCgroups) {
            ask_for_cgroup(reader, *mount + "/" + std::string(name));
        }
    }
}

void ask_for_knobs(const HostView& view, const CpuSet& online) {
    HostDemand demand{.online = online, .isolated = online, .housekeeping = {}};
    if (const auto first = online.first()) {
        demand.isolated.remove(*first);
        demand.housekeeping.add(*first);
    }
    for (const HostKnob* const knob : host_knobs()) {
        static_cast<void>(knob->probe(view));
        static_cast<void>(knob->inspect(view, demand));
    }
}

std::set<int> leased_processes(const IsolationEngine& engine) {
    std::set<int> processes;
    const auto leases = engine.leases();
    for (const auto& lease : leases ? *leases : std::vector<Lease>{}) {
        if (lease.threads) {
            processes.insert(lease.threads->qemu.value);
        }
    }
    return processes;
}

} // namespace

void ask_everything(WiredHost& host, const HostReader& reader, const MachineFacts& machine) {
    const EnginePorts live = host.engine_ports();
    const ProcThreadLister lister(reader);
    const EnginePorts ports{.reader = reader,
                            .writer = live.writer,
                            .threads = live.threads,
                            .lister = lister,
                            .lock = live.lock,
                            .journal = live.journal,
                            .leases = live.leases,
                            .clock = live.clock};
    const IsolationEngine engine(ports);
    static_cast<void>(read_cpu_census(reader));
    static_cast<void>(lister.kernel_threads());
    const auto topology = read_topology(reader, machine);
    const CpuSet online = topology ? topology->online : CpuSet{};
    ask_for_knobs({.files = reader, .threads = live.threads, .lister = lister}, online);
    static_cast<void>(read_kernel_facts(reader, online));
    static_cast<void>(read_irq_report(reader, online, {}));
    static_cast<void>(examine_node(engine, reader));
    for (const char* path : kFurtherFiles) {
        ask_for(reader, path);
    }
    for (const unsigned cpu : online) {
        for (const char* directory : kCpuDirectories) {
            ask_for(reader, "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/" + directory);
        }
    }
    ask_for_cgroups(reader);
}

Result<HostRecord> capture_host(WiredHost& host, const MachineFacts& machine) {
    HostRedaction redaction(leased_processes(IsolationEngine(host.engine_ports())));
    const RecordingHostReader recorder(
        host.reader(),
        [&redaction](std::string_view path, std::string_view text) { return redaction(path, text); });
    NOVA_RT_TRY_CONTEXT(read_topology(recorder, machine), "capture this host");
    ask_everything(host, recorder, machine);
    if (recorder.record().bytes > kMaxCaptureBytes) {
        return fail(ErrorCode::NoSpace, "capture this host: " + std::to_string(recorder.record().bytes) +
                                            " bytes, at most " + std::to_string(kMaxCaptureBytes));
    }
    return recorder.record();
}

} // namespace nova_rt
