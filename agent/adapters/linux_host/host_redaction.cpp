#include "adapters/linux_host/host_redaction.hpp"

#include "adapters/linux_host/proc_thread_lister.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace nova_rt {

namespace {

constexpr std::array<std::string_view, 4> kOpenTrees = {"sys/", "proc/irq/", "proc/sys/kernel/",
                                                        "proc/sys/vm/"};
/// The children of thread 2 are the kernel's threads.
constexpr std::array<std::string_view, 6> kOpenFiles = {"proc/interrupts", "proc/softirqs",
                                                        "proc/schedstat",  "proc/meminfo",
                                                        "proc/swaps",      "proc/2/task/2/children"};
/// Below the open trees.
constexpr std::array<std::string_view, 4> kSecrets = {
    "proc/sys/kernel/hostname", "proc/sys/kernel/domainname", "proc/sys/kernel/random/", "sys/class/dmi/"};
constexpr std::string_view kBootId = "proc/sys/kernel/random/boot_id";
constexpr std::string_view kNoBootId = "00000000-0000-4000-8000-000000000000";
constexpr std::array<std::string_view, 4> kThreadFiles = {"stat", "status", "cgroup", "schedstat"};
constexpr std::array<std::string_view, 33> kCommandLineKeys = {"clocksource",
                                                               "cpuidle.off",
                                                               "default_hugepagesz",
                                                               "hugepages",
                                                               "hugepagesz",
                                                               "idle",
                                                               "intel_idle.max_cstate",
                                                               "intel_iommu",
                                                               "amd_iommu",
                                                               "intel_pstate",
                                                               "iommu",
                                                               "irqaffinity",
                                                               "isolcpus",
                                                               "kthread_cpus",
                                                               "maxcpus",
                                                               "mce",
                                                               "mitigations",
                                                               "nmi_watchdog",
                                                               "nohz",
                                                               "nohz_full",
                                                               "nosmt",
                                                               "nosoftlockup",
                                                               "nowatchdog",
                                                               "nr_cpus",
                                                               "preempt",
                                                               "processor.max_cstate",
                                                               "rcu_nocb_poll",
                                                               "rcu_nocbs",
                                                               "rcupdate.rcu_normal_after_boot",
                                                               "skew_tick",
                                                               "systemd.unified_cgroup_hierarchy",
                                                               "threadirqs",
                                                               "tsc"};

template <typename List> bool starts_with_any(std::string_view text, const List& prefixes) {
    return std::ranges::any_of(prefixes,
                               [text](std::string_view prefix) { return text.starts_with(prefix); });
}

template <typename List> bool contains(const List& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

/// The lines for which `keep` holds.
template <typename Keep> std::string lines_of(std::string_view text, Keep keep) {
    std::string kept;
    for (const auto line : split(text, '\n')) {
        if (keep(line)) {
            kept += (kept.empty() ? "" : "\n") + std::string(line);
        }
    }
    return kept;
}

bool mounts_cgroups(std::string_view line) {
    return line.find(" - cgroup ") != std::string_view::npos ||
           line.find(" - cgroup2 ") != std::string_view::npos;
}

/// The process of "proc/PID/stat" or "proc/PID/task/TID/stat".
std::optional<int> process_of(std::string_view path) {
    const auto pieces = split(path, '/');
    const bool of_process = pieces.size() == 3 || (pieces.size() == 5 && pieces[2] == "task");
    return of_process && pieces[0] == "proc" ? parse_number<int>(pieces[1]) : std::nullopt;
}

} // namespace

std::string redacted_command_line(std::string_view text) {
    std::string kept;
    for (const auto word : split(trimmed(text), ' ')) {
        if (contains(kCommandLineKeys, word.substr(0, word.find('=')))) {
            kept += (kept.empty() ? "" : " ") + std::string(word);
        }
    }
    return kept;
}

bool HostRedaction::is_open_thread(int process, std::string_view file, std::string_view text) {
    if (!contains(kThreadFiles, file)) {
        return false;
    }
    const auto thread = file == "stat" ? parse_thread_stat(text) : fail(ErrorCode::NotFound, "");
    if (thread && thread->kernel) {
        kernel_threads_.insert(process);
    }
    return qemu_processes_.contains(process) || kernel_threads_.contains(process);
}

std::optional<std::string> HostRedaction::operator()(std::string_view path, std::string_view text) {
    if (path == kBootId) {
        return std::string(kNoBootId);
    }
    if (path == "proc/cmdline") {
        return redacted_command_line(text);
    }
    if (path == "proc/stat") {
        return lines_of(text, [](std::string_view line) { return line.starts_with("cpu"); });
    }
    if (path == "proc/self/mountinfo") {
        return lines_of(text, mounts_cgroups);
    }
    if (contains(kOpenFiles, path)) {
        return std::string(text);
    }
    const auto process = process_of(path);
    const bool open = process ? is_open_thread(*process, path.substr(path.rfind('/') + 1), text)
                              : starts_with_any(path, kOpenTrees);
    return open && !starts_with_any(path, kSecrets) ? std::optional<std::string>(text) : std::nullopt;
}

} // namespace nova_rt
