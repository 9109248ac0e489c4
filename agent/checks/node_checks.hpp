// What the node itself must have so that a realtime guest can be kept.
#pragma once

#include "checks/check_result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace nova_rt {

/// What is known about the hook's installation.
struct HookFacts {
    std::string path;     ///< where libvirt looks for it
    bool present = false; ///< a regular file, not a symbolic link: AppArmor runs real files only
    bool executable = false;
    std::string engine_path; ///< the module it loads
    bool engine_present = false;
};

/// "hook": installed as a real, executable file, with its engine module.
[[nodiscard]] CheckResult check_hook(const HookFacts& facts);

/// "rt_throttling": /proc/sys/kernel/sched_rt_runtime_us is -1, or the kernel does without (6.12 and later
/// without CONFIG_RT_GROUP_SCHED). A value below the period stops every SCHED_FIFO vCPU for the rest of each
/// period.
[[nodiscard]] CheckResult check_rt_throttling(std::optional<std::int64_t> runtime_us,
                                              std::optional<std::int64_t> period_us);

/// "journal": readable, of this boot, nothing half done.
[[nodiscard]] CheckResult check_journal(std::size_t entries, std::size_t intents, const std::string& error);

/// "agent": the status document exists and is fresh.
[[nodiscard]] CheckResult check_agent(std::optional<std::chrono::seconds> age, const std::string& error);

} // namespace nova_rt
