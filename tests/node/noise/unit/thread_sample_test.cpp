#include "node/noise/meter/thread_sample.hpp"

#include "support/fake_host_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nova_rt::noise {
namespace {

/// proc_pid_stat(5) with the fields that count: flags (9), start time (22), processor (39).
std::string stat_line(int tid, const std::string& name, unsigned flags, unsigned start, unsigned cpu) {
    std::string line = std::to_string(tid) + " (" + name + ") S 0 0 0 0 -1 " + std::to_string(flags);
    for (int field = 10; field <= 52; ++field) {
        line += " " + std::to_string(field == 22 ? start : field == 39 ? cpu : 0);
    }
    return line;
}

std::string status_text(const std::string& cpus, unsigned voluntary, unsigned nonvoluntary) {
    return "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t" + cpus + "\nvoluntary_ctxt_switches:\t" +
           std::to_string(voluntary) + "\nnonvoluntary_ctxt_switches:\t" + std::to_string(nonvoluntary) +
           "\n";
}

constexpr unsigned kKernelBound = 0x04208040; // PF_KTHREAD | PF_NO_SETAFFINITY | others
constexpr unsigned kKernelFree = 0x00208040;

TEST(ThreadSampleTest, ReadsALineOfThisKernel) {
    const auto thread = parse_thread_line("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 5 0 0 20 0 1 0 23 0 0 "
                                          "18446744073709551615 0 0 0 0 0 0 0 "
                                          "2147483647 0 1 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0");
    ASSERT_TRUE(thread) << thread.error().message();
    EXPECT_EQ(thread->tid, 2);
    EXPECT_EQ(thread->start_time, 23U);
    EXPECT_EQ(thread->last_cpu, 1U);
    EXPECT_TRUE(thread->kernel);
    EXPECT_FALSE(thread->immovable);
}

TEST(ThreadSampleTest, TakesAnyName) {
    EXPECT_EQ(parse_thread_line(stat_line(7, "a) R (b", 0, 1, 0))->name, "a) R (b");
    EXPECT_EQ(parse_thread_line(stat_line(7, "kvm-nx-lpage-recovery-710", 0, 1, 0))->name,
              "kvm-nx-lpage-recovery-710");
    EXPECT_EQ(parse_thread_line(stat_line(7, "kworker/u16:3-events_unbound", kKernelBound, 1, 0))->name,
              "kworker/u16:3-events_unbound");
}

TEST(ThreadSampleTest, RefusesWhatIsNoThread) {
    for (const char* line : {"", "7", "7 (x", "7 x) S 1", "7 (x) S 0 0 0", "x (x) S"}) {
        const auto thread = parse_thread_line(line);
        ASSERT_FALSE(thread) << line;
        EXPECT_EQ(thread.error().code(), ErrorCode::Corrupt);
    }
    EXPECT_FALSE(parse_scheduler_counts("1 2"));
    EXPECT_FALSE(parse_scheduler_counts("1 2 x"));
}

TEST(ThreadSampleTest, OnlyAnImmovableKernelThreadOfOneCpuIsPartOfIt) {
    struct Case {
        const char* name;
        unsigned flags;
        const char* cpus;
        bool part;
    };

    for (const auto& [name, flags, cpus, part] : {Case{"ksoftirqd/4", kKernelBound, "4", true},
                                                  {"kworker/u16:3", kKernelBound, "0-7", false},
                                                  {"kworker/u16:3", kKernelBound, "4-5", false},
                                                  {"irq/24-virtio0", kKernelFree, "4", false},
                                                  {"ksoftirqd/4", kKernelBound, "5", false},
                                                  {"ksoftirqd/4", 0x04000000, "4", false}}) {
        auto thread = parse_thread_line(stat_line(9, name, flags, 1, 4)).value();
        ASSERT_TRUE(parse_thread_status(status_text(cpus, 0, 0), thread));
        EXPECT_EQ(thread.is_part_of(4), part) << name << " " << flags << " " << cpus;
    }
}

TEST(ThreadSampleTest, ReadsThreadsOfEveryProcessAndLeavesOutThoseThatEnd) {
    test::FakeHostReader host;
    const auto add = [&host](const std::string& directory, int tid) {
        host.set(directory + "/stat", stat_line(tid, "CPU 0/KVM", 0, 50, 3));
        host.set(directory + "/status", status_text("3", 11, 12));
        host.set(directory + "/schedstat", "1000 2000 30\n");
    };
    add("proc/70/task/70", 70);
    add("proc/70/task/71", 71);
    host.set("proc/70/task/72/stat", stat_line(72, "ended", 0, 50, 3)); // its other files are gone
    host.set("proc/uptime", "1 1");
    const auto threads = read_threads(host);
    ASSERT_TRUE(threads) << threads.error().message();
    ASSERT_EQ(threads->size(), 2U);
    const auto& vcpu = (*threads)[1];
    EXPECT_EQ(vcpu.pid, 70);
    EXPECT_EQ(vcpu.tid, 71);
    EXPECT_EQ(vcpu.allowed, CpuSet{3});
    EXPECT_EQ(vcpu.counts, (SchedulerCounts{.run_ns = 1000, .run_delay_ns = 2000, .arrivals = 30}));
    EXPECT_EQ(vcpu.voluntary_switches, 11U);
    EXPECT_EQ(vcpu.nonvoluntary_switches, 12U);
}

} // namespace
} // namespace nova_rt::noise
