#include "checks/kernel_arguments.hpp"

#include "checks/kernel_command_line.hpp"

#include <fmt/format.h>

namespace nova_rt {

namespace {

CheckResult objection(std::string seen, std::string consequence, std::string fix) {
    return {.name = "kernel_pool",
            .state = CheckState::Warn,
            .expected = "a pool of whole cores beside housekeeping CPUs on every NUMA node",
            .seen = std::move(seen),
            .source = "/sys/devices/system/cpu",
            .consequence = std::move(consequence),
            .fix = std::move(fix)};
}

void object_to_pool(const HostTopology& host, KernelArgumentPlan& plan) {
    if (plan.pool.contains(0)) {
        plan.objections.push_back(
            objection("pCPU 0 is in the pool",
                      "the boot CPU keeps the time: the kernel takes it out of nohz_full itself",
                      "leave pCPU 0 to housekeeping"));
    }
    for (const auto& cell : host.cells) {
        if (!cell.cpus.empty() && !cell.cpus.intersects(plan.housekeeping)) {
            plan.objections.push_back(
                objection(fmt::format("NUMA node {} has no housekeeping CPU", cell.id.value),
                          "its interrupts and kernel threads work across nodes; emulator threads of guests "
                          "there are far from their memory",
                          fmt::format("leave one core of pCPUs {} to housekeeping", cell.cpus.to_cpulist())));
        }
        for (const auto& core : cell.thread_siblings) {
            if (core.intersects(plan.pool) && !core.is_subset_of(plan.pool)) {
                plan.objections.push_back(objection(
                    fmt::format("the core of pCPUs {} is half in the pool", core.to_cpulist()),
                    "whatever runs on the other half slows the realtime half down, unseen by the scheduler",
                    "take both thread siblings into the pool, or neither"));
            }
        }
    }
}

/// A set as people read it.
std::string shown(const CpuSet& cpus) {
    return cpus.empty() ? "none" : cpus.to_cpulist();
}

std::string shown(const std::optional<CpuSet>& cpus) {
    return cpus ? shown(*cpus) : "not given";
}

/// Absent and unreadable files have no CPU.
CpuSet cpus_in(const std::optional<std::string>& text) {
    return text ? CpuSet::from_cpulist(*text).value_or(CpuSet{}) : CpuSet{};
}

class Verifier {
public:
    Verifier(const KernelArgumentPlan& plan, const KernelArgumentFacts& facts)
        : plan_(plan), facts_(facts), line_(parse_kernel_command_line(facts.command_line)),
          tickless_(cpus_in(facts.nohz_full)) {}

    CheckResult nohz_full() const {
        CheckResult result = failed("kernel_nohz_full", "nohz_full=" + plan_.pool.to_cpulist(),
                                    "the timer tick interrupts vCPUs there; grade B at best");
        result.source = "/sys/devices/system/cpu/nohz_full";
        if (!facts_.nohz_full) {
            result.seen = "this kernel has no nohz_full (CONFIG_NO_HZ_FULL)";
            result.fix = "boot a kernel with CONFIG_NO_HZ_FULL";
            return result;
        }
        result.seen = shown(tickless_);
        return judged(result, plan_.pool.is_subset_of(tickless_));
    }

    CheckResult isolcpus() const {
        CheckResult result = failed("kernel_isolcpus", "isolcpus=managed_irq," + plan_.pool.to_cpulist(),
                                    "interrupts that the kernel manages itself may come to realtime pCPUs");
        result.seen = shown(line_.isolcpus) +
                      (line_.isolcpus && !line_.isolcpus_managed_irq ? ", without the flag managed_irq" : "");
        return judged(result, line_.isolcpus && line_.isolcpus_managed_irq &&
                                  plan_.pool.is_subset_of(*line_.isolcpus));
    }

    CheckResult domain() const {
        CheckResult result =
            failed("kernel_isolcpus_domain", "isolcpus without the flag domain",
                   "no load balancing there until reboot: unpinned guests on these pCPUs pile "
                   "up on one; nova-rt isolates at run time what a guest needs");
        result.state = CheckState::Warn;
        result.seen = "isolcpus=domain for " + shown(cpus_in(facts_.isolated));
        return judged(result, !line_.isolcpus_domain);
    }

    CheckResult rcu_nocbs() const {
        CheckResult result = failed("kernel_rcu_nocbs", "rcu_nocbs=" + plan_.pool.to_cpulist(),
                                    "RCU callbacks run in softirqs on realtime pCPUs");
        result.seen = shown(line_.rcu_nocbs) + "; nohz_full, which implies it, " + shown(tickless_);
        return judged(result, plan_.pool.is_subset_of(line_.rcu_nocbs.value_or(CpuSet{}) | tickless_));
    }

    CheckResult irqaffinity() const {
        CheckResult result = failed("kernel_irqaffinity", "irqaffinity=" + plan_.housekeeping.to_cpulist(),
                                    "interrupts requested while booting are born on realtime pCPUs");
        result.seen = shown(line_.irqaffinity);
        return judged(result, line_.irqaffinity && !line_.irqaffinity->intersects(plan_.pool));
    }

    /// isolcpus against nohz_full, irqaffinity against both, beyond the pool.
    CheckResult agreement() const {
        CheckResult result = failed("kernel_agreement",
                                    "isolcpus and nohz_full of the same CPUs, irqaffinity of "
                                    "none of them",
                                    "a CPU that is isolated by half is neither a good realtime nor a good "
                                    "housekeeping CPU");
        result.state = CheckState::Warn;
        const CpuSet isolated = line_.isolcpus.value_or(CpuSet{});
        const CpuSet without_tick = line_.nohz_full.value_or(CpuSet{});
        const CpuSet served = line_.irqaffinity.value_or(CpuSet{}) & (isolated | without_tick);
        const auto add = [&](const CpuSet& cpus, const char* what) {
            if (!cpus.empty()) {
                result.seen += (result.seen.empty() ? "" : "; ") + cpus.to_cpulist() + what;
            }
        };
        add(isolated - without_tick, " in isolcpus and not in nohz_full");
        add(without_tick - isolated, " in nohz_full and not in isolcpus");
        add(served, " in irqaffinity and isolated");
        if (!line_.unreadable.empty()) {
            result.seen += (result.seen.empty() ? "" : "; ") + ("cannot read " + line_.unreadable);
        }
        const bool agrees = result.seen.empty();
        return judged(result, agrees);
    }

    CheckResult clock() const {
        CheckResult result = failed("kernel_clocksource", "tsc",
                                    "the tick comes back on tickless CPUs and reading "
                                    "the time is slow");
        result.source = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        result.seen = facts_.clocksource.value_or("unknown");
        result.fix =
            "look for \"TSC\" in the kernel's log; tsc=reliable only where firmware keeps it in step";
        return judged(result, facts_.clocksource == "tsc");
    }

private:
    static CheckResult failed(std::string name, std::string expected, std::string consequence) {
        return {.name = std::move(name),
                .state = CheckState::Fail,
                .expected = std::move(expected),
                .seen = "",
                .source = "/proc/cmdline",
                .consequence = std::move(consequence),
                .fix = "put the line above into the boot loader's configuration and reboot"};
    }

    static CheckResult judged(const CheckResult& result, bool good) {
        return good ? CheckResult{.name = result.name, .seen = result.seen.empty() ? "yes" : result.seen}
                    : result;
    }

    const KernelArgumentPlan& plan_;
    const KernelArgumentFacts& facts_;
    KernelCommandLine line_;
    CpuSet tickless_;
};

} // namespace

std::string KernelArgumentPlan::line() const {
    std::string line;
    for (const auto& argument : arguments) {
        line += (line.empty() ? "" : " ") + argument.text;
    }
    return line;
}

Result<KernelArgumentPlan> plan_kernel_arguments(const HostTopology& host, const CpuSet& pool) {
    if (pool.empty()) {
        return fail(ErrorCode::InvalidArgument, "a pool without pCPUs needs no kernel arguments");
    }
    if (const CpuSet absent = pool - host.online; !absent.empty()) {
        return fail(ErrorCode::InvalidArgument, "pCPUs " + absent.to_cpulist() +
                                                    " are not online; online are " +
                                                    host.online.to_cpulist());
    }
    KernelArgumentPlan plan{
        .pool = pool, .housekeeping = host.online - pool, .arguments = {}, .objections = {}};
    if (plan.housekeeping.empty()) {
        return fail(ErrorCode::Refused, "a pool of all online pCPUs (" + host.online.to_cpulist() +
                                            ") would leave no housekeeping CPU");
    }
    const std::string cpus = pool.to_cpulist();
    plan.arguments = {
        {"isolcpus=managed_irq," + cpus,
         "queues that the kernel places itself (NVMe, virtio) stay away; without "
         "\"domain\", which nova-rt does at run time and per guest"},
        {"nohz_full=" + cpus, "no timer tick while one task runs"},
        {"rcu_nocbs=" + cpus, "RCU callbacks run in threads that can be moved"},
        {"irqaffinity=" + plan.housekeeping.to_cpulist(), "interrupts are born on housekeeping CPUs"},
        {"skew_tick=1", "the ticks of housekeeping CPUs do not fall together on shared locks"},
        {"rcupdate.rcu_normal_after_boot=1", "no expedited grace periods, which interrupt every CPU"},
    };
    if (host.architecture == "x86_64") {
        plan.arguments.push_back({"tsc=reliable",
                                  "no watchdog of the clock, whose timer brings the tick back; only "
                                  "where the TSC is invariant and in step"});
    }
    object_to_pool(host, plan);
    return plan;
}

std::vector<CheckResult> verify_kernel_arguments(const KernelArgumentPlan& plan,
                                                 std::string_view architecture,
                                                 const KernelArgumentFacts& facts) {
    const Verifier verifier(plan, facts);
    std::vector<CheckResult> results = {verifier.nohz_full(),   verifier.isolcpus(),  verifier.rcu_nocbs(),
                                        verifier.irqaffinity(), verifier.agreement(), verifier.domain()};
    if (architecture == "x86_64") {
        results.push_back(verifier.clock());
    }
    return results;
}

} // namespace nova_rt
