// What of a host may be recorded: kernel settings, and nothing about its owner.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace nova_rt {

/// A RecordingHostReader::Redact. Recorded are /sys, /proc/irq, /proc/sys/kernel and /proc/sys/vm without
/// names and random numbers, a few files of /proc, and of processes only how kernel threads and the given
/// QEMU processes run (stat, status, cgroup, schedstat). Shortened are /proc/cmdline (to parameters that
/// govern CPUs, interrupts, memory and the clock), /proc/stat (to its cpu lines) and /proc/self/mountinfo (to
/// cgroup hierarchies). The boot id reads zeroes.
class HostRedaction {
public:
    explicit HostRedaction(std::set<int> qemu_processes) : qemu_processes_(std::move(qemu_processes)) {}

    std::optional<std::string> operator()(std::string_view path, std::string_view text);

private:
    [[nodiscard]] bool is_open_thread(int process, std::string_view file, std::string_view text);

    std::set<int> qemu_processes_;
    std::set<int> kernel_threads_; ///< whose stat was seen
};

/// The parameters of a kernel command line that may be recorded, in their order.
[[nodiscard]] std::string redacted_command_line(std::string_view text);

} // namespace nova_rt
