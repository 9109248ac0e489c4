#include "adapters/linux_host/host_redaction.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

constexpr unsigned kKernelThread = 0x00200040;

/// proc_pid_stat(5) with its flags.
std::string stat_line(int tid, const std::string& name, unsigned flags) {
    std::string line = std::to_string(tid) + " (" + name + ") S 0 0 0 0 -1 " + std::to_string(flags);
    for (int field = 10; field <= 52; ++field) {
        line += " 0";
    }
    return line;
}

TEST(HostRedactionTest, KeepsKernelSettingsAsTheyAre) {
    HostRedaction redaction({});
    for (const char* path :
         {"sys/devices/system/cpu/online", "proc/irq/24/smp_affinity_list", "proc/interrupts",
          "proc/sys/kernel/sched_rt_runtime_us", "sys/fs/cgroup/cpuset.cpus.isolated"}) {
        EXPECT_EQ(redaction(path, "0-3"), "0-3") << path;
    }
}

TEST(HostRedactionTest, LeavesOutWhatIsNotAKernelSetting) {
    HostRedaction redaction({77});
    for (const char* path : {"proc/sys/kernel/hostname", "proc/sys/kernel/random/uuid", "etc/passwd", "run/x",
                             "proc/77", "proc/77/environ", "proc/77/cmdline", "proc/77/task/78/environ",
                             "proc/self/environ", "proc/77/root/proc/interrupts", "proc/keys",
                             "proc/78/status", "proc/78/cgroup", "sys/class/dmi/id/product_serial"}) {
        EXPECT_EQ(redaction(path, "secret"), std::nullopt) << path;
    }
}

TEST(HostRedactionTest, KeepsHowKernelThreadsAndQemuRun) {
    HostRedaction redaction({77});
    const auto kernel = stat_line(12, "ksoftirqd/0", kKernelThread);
    EXPECT_EQ(redaction("proc/12/cgroup", "0::/"), std::nullopt); // not known yet to be a kernel thread
    EXPECT_EQ(redaction("proc/12/stat", kernel), kernel);
    EXPECT_EQ(redaction("proc/12/cgroup", "0::/"), "0::/");
    EXPECT_EQ(redaction("proc/77/task/78/stat", stat_line(78, "CPU 0/KVM", 0)),
              stat_line(78, "CPU 0/KVM", 0));
    EXPECT_EQ(redaction("proc/79/stat", stat_line(79, "bash", 0)), std::nullopt);
    EXPECT_EQ(redaction("proc/79/stat", "not a stat line"), std::nullopt);
}

TEST(HostRedactionTest, ShortensWhatMixesBoth) {
    HostRedaction redaction({});
    EXPECT_EQ(redaction("proc/cmdline",
                        "root=UUID=1 nohz_full=2-3 password=x isolcpus=managed_irq,2-3 tsc=reliable"),
              "nohz_full=2-3 isolcpus=managed_irq,2-3 tsc=reliable");
    EXPECT_EQ(redaction("proc/cmdline", "quiet"), "");
    EXPECT_EQ(redaction("proc/stat", "cpu  1 2\ncpu0 1 2\nintr 5\nbtime 1700000000\nctxt 7"),
              "cpu  1 2\ncpu0 1 2");
    EXPECT_EQ(redaction("proc/self/mountinfo", "1 2 8:1 / /home/alice rw - ext4 /dev/sda rw\n"
                                               "3 2 0:2 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"),
              "3 2 0:2 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
    EXPECT_EQ(redaction("proc/sys/kernel/random/boot_id", "5a3c"), "00000000-0000-4000-8000-000000000000");
}

} // namespace
} // namespace nova_rt
