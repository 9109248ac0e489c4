#include "flavor/feature_rules.hpp"

#include "lint/rule_sets.hpp"

#include <array>

namespace nova_rt {

namespace {

LintHits pmu_left_on(const LintSubject& subject) {
    const auto chosen = pmu(subject.rules());
    if (!subject.asks_realtime() || !chosen || *chosen == false) {
        return {};
    }
    return {{.key = "hw:pmu",
             .what = *chosen ? "the guest has performance counters"
                             : "not set: with cpu_mode host-passthrough QEMU gives the guest counters",
             .repair = subject.set_spec("hw:pmu", "false")}};
}

LintHits no_emulator_policy(const LintSubject& subject) {
    if (!subject.asks_realtime() || subject.spec("hw:emulator_threads_policy")) {
        return {};
    }
    return {{.key = "hw:emulator_threads_policy",
             .what = "not set: emulator threads run on the pCPUs of the housekeeping vCPUs",
             .repair = subject.set_spec("hw:emulator_threads_policy", "isolate")}};
}

LintHits watchdog(const LintSubject& subject) {
    const auto action = watchdog_action(subject.rules());
    if (!subject.asks_realtime() || !action || !*action || **action == "none") {
        return {};
    }
    const bool image = subject.meta.text("hw_watchdog_action").has_value();
    return {{.key = image ? "hw_watchdog_action" : "hw:watchdog_action",
             .what = "the watchdog's action is " + **action,
             .repair = image ? subject.unset_image_property("hw_watchdog_action")
                             : subject.set_spec("hw:watchdog_action", "disabled")}};
}

LintHits hpet(const LintSubject& subject) {
    if (!subject.asks_realtime() || subject.meta.boolean("hw_time_hpet") != true) {
        return {};
    }
    return {{.key = "hw_time_hpet",
             .what = "the guest has an HPET",
             .repair = subject.unset_image_property("hw_time_hpet")}};
}

LintHits hidden_hypervisor(const LintSubject& subject) {
    if (!subject.asks_realtime() || !hides_hypervisor(subject.rules())) {
        return {};
    }
    const bool image = subject.meta.boolean("img_hide_hypervisor_id") == true;
    const char* const key =
        subject.is_true("hide_hypervisor_id") ? "hide_hypervisor_id" : "hw:hide_hypervisor_id";
    return {
        {.key = image ? "img_hide_hypervisor_id" : key,
         .what = "KVM is hidden from the guest",
         .repair = image ? subject.unset_image_property("img_hide_hypervisor_id") : subject.unset_spec(key)}};
}

LintHits balloon(const LintSubject& subject) {
    if (!subject.asks_realtime() || subject.options.mem_stats_period_seconds <= 0) {
        return {};
    }
    return {{.key = "[libvirt]mem_stats_period_seconds",
             .what = "the guest gets a balloon that is polled every " +
                     std::to_string(subject.options.mem_stats_period_seconds) + " s",
             .repair = conf_line("libvirt", "mem_stats_period_seconds", "0")}};
}

LintHits high_priority(const LintSubject& subject) {
    constexpr std::int64_t kThreadedInterrupts = 50; // kernel/irq/manage.c, sched_set_fifo: MAX_RT_PRIO / 2
    constexpr std::int64_t kHighest = 99;
    const std::int64_t priority = subject.options.realtime_scheduler_priority;
    if (!subject.asks_realtime() || priority < kThreadedInterrupts || priority > kHighest) {
        return {};
    }
    return {{.key = "[libvirt]realtime_scheduler_priority",
             .what = "vCPUs run at FIFO priority " + std::to_string(priority),
             .repair = conf_line("libvirt", "realtime_scheduler_priority", "1")}};
}

LintHits impossible_priority(const LintSubject& subject) {
    const std::int64_t priority = subject.options.realtime_scheduler_priority;
    if (!subject.asks_realtime() || (priority >= 1 && priority <= 99)) {
        return {};
    }
    return {{.key = "[libvirt]realtime_scheduler_priority",
             .what = std::to_string(priority) + " is no FIFO priority; they go from 1 to 99",
             .repair = conf_line("libvirt", "realtime_scheduler_priority", "1")}};
}

LintHits swap(const LintSubject& subject) {
    if (!subject.asks_realtime() || subject.flavor.swap.value == 0) {
        return {};
    }
    return {{.key = "swap",
             .what = "the flavor gives the guest a swap disk of " +
                     std::to_string(subject.flavor.swap.value) + " MiB",
             .repair = ""}};
}

LintHits tpm(const LintSubject& subject) {
    const auto version = vtpm_version(subject.rules());
    if (!subject.asks_realtime() || !version || !*version) {
        return {};
    }
    return {{.key = "hw:tpm_version",
             .what = "the guest has an emulated TPM",
             .repair = subject.unset_spec("hw:tpm_version")}};
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "realtime-without-pmu-off",
     .found = "a realtime guest whose PMU is not switched off",
     .why = "a guest that counts (its NMI watchdog does) makes KVM run perf events on the realtime pCPU",
     .check = pmu_left_on},
    {.id = "realtime-without-emulator-policy",
     .found = "a realtime guest without `hw:emulator_threads_policy`",
     .why = "device emulation competes with the housekeeping vCPUs, which the guest's kernel waits for",
     .check = no_emulator_policy},
    {.id = "watchdog-on-realtime",
     .found = "a realtime guest whose watchdog resets, powers off or pauses it",
     .why = "a FIFO task in the guest that starves the watchdog's daemon takes the guest down",
     .check = watchdog},
    {.id = "hpet-on-realtime",
     .found = "a realtime guest with `hw_time_hpet`",
     .why = "each access leaves the guest for QEMU's emulator thread",
     .check = hpet},
    {.id = "hidden-hypervisor-on-realtime",
     .severity = LintSeverity::Info,
     .found = "a realtime guest from which KVM is hidden",
     .why =
         "the guest does not use KVM's clock and other paravirtual help, so it leaves the guest more often",
     .check = hidden_hypervisor},
    {.id = "balloon-on-realtime",
     .found = "a realtime guest on a host with balloon statistics (Nova's default)",
     .why = "QEMU wakes the guest's balloon driver periodically to ask for statistics that nobody needs",
     .check = balloon},
    {.id = "fifo-priority-high",
     .found = "`[libvirt]realtime_scheduler_priority` from 50 to 99",
     .why = "a spinning vCPU keeps out the kernel's threaded interrupt handlers, which run at 50",
     .check = high_priority},
    {.id = "fifo-priority-impossible",
     .severity = LintSeverity::Error,
     .found = "`[libvirt]realtime_scheduler_priority` outside 1 to 99",
     .why = "neither Nova nor libvirt's definition checks it, and the guest does not start",
     .check = impossible_priority},
    {.id = "swap-on-realtime",
     .found = "a realtime guest with a swap disk",
     .why = "a task that faults waits for disk emulation, although the host locked the memory",
     .check = swap},
    {.id = "tpm-on-realtime",
     .severity = LintSeverity::Info,
     .found = "a realtime guest with an emulated TPM",
     .why = "TPM registers are emulated outside the guest: a vCPU that uses them waits",
     .check = tpm},
});

} // namespace

std::span<const LintRule> realtime_lint_rules() {
    return kRules;
}

} // namespace nova_rt
