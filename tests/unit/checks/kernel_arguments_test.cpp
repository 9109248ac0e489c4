#include "checks/kernel_arguments.hpp"

#include "checks/kernel_command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace nova_rt {
namespace {

using testing::HasSubstr;

/// Two nodes of four pCPUs, two threads a core: 0,1 2,3 | 4,5 6,7.
HostTopology host() {
    HostTopology topology;
    topology.online = CpuSet::range(0, 7);
    for (unsigned node = 0; node < 2; ++node) {
        const unsigned first = node * 4;
        topology.cells.push_back({.id = HostCellId{node},
                                  .socket = node,
                                  .memory = MiB{1024},
                                  .cpus = CpuSet::range(first, first + 3),
                                  .thread_siblings = {{first, first + 1}, {first + 2, first + 3}},
                                  .page_pools = {}});
    }
    return topology;
}

KernelArgumentFacts facts(const std::string& command_line, const std::string& nohz_full) {
    return {.command_line = command_line, .nohz_full = nohz_full, .isolated = "", .clocksource = "tsc"};
}

CheckResult check(const std::string& name, const KernelArgumentFacts& facts, const CpuSet& pool = {6, 7}) {
    const auto plan = plan_kernel_arguments(host(), pool);
    const auto results = verify_kernel_arguments(*plan, "x86_64", facts);
    const auto found = std::ranges::find(results, name, &CheckResult::name);
    return found == results.end() ? CheckResult{.name = "no such check"} : *found;
}

TEST(KernelArguments, AreOneLineForTheBootLoader) {
    const auto plan = plan_kernel_arguments(host(), {2, 3, 6, 7});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->line(),
              "isolcpus=managed_irq,2-3,6-7 nohz_full=2-3,6-7 rcu_nocbs=2-3,6-7 irqaffinity=0-1,4-5 "
              "skew_tick=1 rcupdate.rcu_normal_after_boot=1 tsc=reliable");
    EXPECT_TRUE(plan->objections.empty());
    auto other = host();
    other.architecture = "aarch64";
    EXPECT_THAT(plan_kernel_arguments(other, {6, 7})->line(), testing::Not(HasSubstr("tsc")));
}

TEST(KernelArguments, RefuseAPoolThatCannotBe) {
    EXPECT_EQ(plan_kernel_arguments(host(), {}).error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(plan_kernel_arguments(host(), {7, 8}).error().message(), HasSubstr("pCPUs 8 are not online"));
    EXPECT_EQ(plan_kernel_arguments(host(), CpuSet::range(0, 7)).error().code(), ErrorCode::Refused);
}

TEST(KernelArguments, ObjectToTheBootCpuToHalfACoreAndToANodeWithoutHousekeeping) {
    const auto plan = plan_kernel_arguments(host(), {0, 4, 5, 6, 7});
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->objections.size(), 3U);
    EXPECT_THAT(plan->objections[0].seen, HasSubstr("pCPU 0"));
    EXPECT_THAT(plan->objections[1].seen, HasSubstr("core of pCPUs 0-1"));
    EXPECT_THAT(plan->objections[2].seen, HasSubstr("NUMA node 1"));
}

TEST(KernelArguments, AreInForceAfterTheBootTheyAskFor) {
    const auto plan = plan_kernel_arguments(host(), {6, 7});
    const auto results =
        verify_kernel_arguments(*plan, "x86_64", facts("root=/dev/vda1 " + plan->line() + " quiet", "6-7"));
    EXPECT_EQ(results.size(), 7U);
    for (const auto& result : results) {
        EXPECT_EQ(result.state, CheckState::Pass) << result.name << ": " << result.seen;
    }
}

TEST(KernelArguments, AreMissingOnAPlainBoot) {
    const auto plain = facts("root=/dev/vda1", "(null)");
    for (const char* name :
         {"kernel_nohz_full", "kernel_isolcpus", "kernel_rcu_nocbs", "kernel_irqaffinity"}) {
        EXPECT_EQ(check(name, plain).state, CheckState::Fail) << name;
    }
    EXPECT_EQ(check("kernel_agreement", plain).state, CheckState::Pass);
    KernelArgumentFacts without = plain;
    without.nohz_full.reset();
    EXPECT_THAT(check("kernel_nohz_full", without).seen, HasSubstr("CONFIG_NO_HZ_FULL"));
}

TEST(KernelArguments, BelieveTheKernelAndNotItsCommandLine) {
    EXPECT_EQ(check("kernel_nohz_full", facts("nohz_full=6-7", "7")).state, CheckState::Fail);
}

TEST(KernelArguments, ContradictionsAreNamed) {
    const auto wrong =
        check("kernel_agreement", facts("isolcpus=managed_irq,5-7 nohz_full=4,6-7 irqaffinity=0-6", "4,6-7"));
    EXPECT_EQ(wrong.state, CheckState::Warn);
    EXPECT_EQ(wrong.seen, "5 in isolcpus and not in nohz_full; 4 in nohz_full and not in isolcpus; 4-6 in "
                          "irqaffinity and isolated");
    EXPECT_THAT(check("kernel_agreement", facts("nohz_full=all", "")).seen,
                HasSubstr("cannot read nohz_full=all"));
    EXPECT_EQ(check("kernel_irqaffinity", facts("irqaffinity=0-6", "")).state, CheckState::Fail);
    EXPECT_EQ(check("kernel_isolcpus_domain", facts("isolcpus=6-7", "")).state, CheckState::Warn);
    auto clock = facts("", "");
    clock.clocksource = "hpet";
    EXPECT_EQ(check("kernel_clocksource", clock).state, CheckState::Fail);
}

TEST(KernelCommandLine, ReadsFlagsQuotesAndTheLastOfTwo) {
    const auto line = parse_kernel_command_line("BOOT_IMAGE=/x dyndbg=\"file a.c +p; isolcpus=1\" "
                                                "isolcpus=nohz,domain,2-3 nohz_full=1 nohz_full=2-3\n");
    EXPECT_EQ(line.isolcpus, (CpuSet{2, 3}));
    EXPECT_TRUE(line.isolcpus_domain);
    EXPECT_FALSE(line.isolcpus_managed_irq);
    EXPECT_EQ(line.nohz_full, (CpuSet{2, 3}));
    EXPECT_EQ(line.rcu_nocbs, std::nullopt);
    EXPECT_FALSE(parse_kernel_command_line("isolcpus=managed_irq,2-3").isolcpus_domain);
    EXPECT_TRUE(parse_kernel_command_line("isolcpus=2-3").isolcpus_domain);
    EXPECT_TRUE(parse_kernel_command_line("tsc=reliable").tsc_reliable);
    EXPECT_EQ(parse_kernel_command_line("isolcpus=managed_irq").unreadable, "");
    EXPECT_EQ(parse_kernel_command_line("nohz_full").nohz_full, CpuSet{});
    EXPECT_EQ(parse_kernel_command_line("\"").unreadable, "");
}

} // namespace
} // namespace nova_rt
