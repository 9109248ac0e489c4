#include "checks/node_checks.hpp"

#include <fmt/format.h>

namespace nova_rt {

CheckResult check_hook(const HookFacts& facts) {
    CheckResult failed{
        .name = "hook",
        .state = CheckState::Fail,
        .expected = fmt::format("{} is a real, executable file and {} exists", facts.path, facts.engine_path),
        .seen = "",
        .source = facts.path,
        .consequence = "guests start without isolation",
        .fix = fmt::format("install -m 0755 nova-rt-qemu-hook {}, then restart libvirtd: it looks for hooks "
                           "only when it starts",
                           facts.path),
    };
    if (!facts.present) {
        failed.seen = "the hook is not installed, or is a symbolic link";
        return failed;
    }
    if (!facts.executable) {
        failed.seen = "the hook is not executable; libvirt passes over it without a word";
        failed.fix = fmt::format("chmod 0755 {}", facts.path);
        return failed;
    }
    if (!facts.engine_present) {
        failed.seen = fmt::format("the hook's engine {} is missing", facts.engine_path);
        failed.fix = "install the nova-rt package again";
        return failed;
    }
    return {.name = "hook", .seen = facts.path};
}

CheckResult check_rt_throttling(std::optional<std::int64_t> runtime_us,
                                std::optional<std::int64_t> period_us) {
    if (!runtime_us) {
        return {.name = "rt_throttling", .seen = "this kernel has no sched_rt_runtime_us"};
    }
    if (*runtime_us < 0 || (period_us && *runtime_us >= *period_us)) {
        return {.name = "rt_throttling", .seen = "off"};
    }
    return {
        .name = "rt_throttling",
        .state = CheckState::Warn,
        .expected = "-1, once the RT pCPUs are isolated",
        .seen = fmt::format("SCHED_FIFO may run {} us of every {} us", *runtime_us,
                            period_us.value_or(1'000'000)),
        .source = "/proc/sys/kernel/sched_rt_runtime_us",
        .consequence = "a vCPU that never sleeps is stopped for the rest of each period; grade C at best",
        .fix = "sysctl kernel.sched_rt_runtime_us=-1, after reading OPERATIONS.md: with busy FIFO vCPUs "
               "whatever "
               "needs a kernel thread on their pCPUs waits for ever",
    };
}

CheckResult check_journal(std::size_t entries, std::size_t intents, const std::string& error) {
    if (!error.empty()) {
        return {.name = "journal",
                .state = CheckState::Fail,
                .expected = "a journal of this boot, whole",
                .seen = error,
                .source = "/run/nova-rt/private",
                .consequence = "what was changed on this host cannot be given back exactly",
                .fix = "stop the realtime guests, run nova-rt release --all, compare with nova-rt doctor"};
    }
    if (intents != 0) {
        return {.name = "journal",
                .state = CheckState::Warn,
                .expected = "no transition under way",
                .seen = fmt::format("{} writes were announced and not committed", intents),
                .source = "/run/nova-rt/private",
                .consequence = "a hook or agent was killed in the middle; the next one finishes its work",
                .fix = "start nova-rt-agent, or run nova-rt release --all when no realtime guest runs"};
    }
    return {.name = "journal", .seen = fmt::format("{} settings will be given back", entries)};
}

CheckResult check_agent(std::optional<std::chrono::seconds> age, const std::string& error) {
    constexpr std::chrono::seconds kStale{30};
    if (age && *age <= kStale) {
        return {.name = "agent", .seen = fmt::format("status published {} s ago", age->count())};
    }
    return {.name = "agent",
            .state = CheckState::Warn,
            .expected = fmt::format("a status document younger than {} s", kStale.count()),
            .seen = age ? fmt::format("the status is {} s old", age->count()) : error,
            .source = "/run/nova-rt/public/status.json",
            .consequence = "nobody repairs drift or places threads born after the hook",
            .fix = "systemctl start nova-rt-agent"};
}

} // namespace nova_rt
