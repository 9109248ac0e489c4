// A small host of its own for the installed hook: a root directory with the kernel files the knobs write,
// real threads that stand for QEMU's, and real cpuset cgroups where the machine has version 1 of that
// controller.
#pragma once

#include "support/scratch_directory.hpp"

#include "hook_binary/traced_process.hpp"
#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nova_rt::test {

/// Real sleeping threads: the emulator thread, two vCPUs with SCHED_FIFO on pCPU 1, and a helper that was
/// born there as the NX recovery thread of newer kernels is, with a vCPU's policy and in a vCPU's cgroup.
class StandInQemu {
public:
    /// cgroup: of the guest, below the cpuset hierarchy's mount; empty: the threads stay where they are.
    explicit StandInQemu(const std::string& cgroup);
    StandInQemu(const StandInQemu&) = delete;
    StandInQemu& operator=(const StandInQemu&) = delete;
    ~StandInQemu();

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// libvirt's status file.
    [[nodiscard]] std::string status_file() const;
    /// Affinity, policy and cgroup of every thread, by name.
    [[nodiscard]] std::map<std::string, std::string> state() const;

private:
    pid_t pid_ = -1;
    std::vector<pid_t> threads_; ///< vCPU 0, vCPU 1, helper
};

struct HostSize {
    unsigned pcpus = 2;
    unsigned irqs = 5;          ///< one of them on the housekeeping pCPU 0 only
    unsigned processes = 0;     ///< asleep, beside QEMU
    unsigned threads = 0;       ///< of these processes together
    bool state_on_disk = false; ///< of the temporary directory; else on tmpfs, as on a node
};

/// Needs root and a process id namespace in which nothing but the test runs: no other thread of the machine
/// is within the hook's reach.
class HookWorld {
public:
    explicit HookWorld(const HostSize& size = {});
    HookWorld(const HookWorld&) = delete;
    HookWorld& operator=(const HookWorld&) = delete;
    ~HookWorld();

    /// As at boot, but for what the hook did to the host: no journal, no lease, a new QEMU.
    void restart();
    void stop_qemu();

    /// One invocation as libvirt makes it.
    TracedRun hook(const std::string& operation, const std::string& xml, std::size_t kill_after = 0);
    /// The same without ptrace: how long it took from fork to its end. Throws when it failed.
    std::chrono::microseconds time_hook(const std::string& operation, const std::string& xml);
    /// A program of ours in the place of the hook, likewise.
    std::chrono::microseconds time_program(const std::string& program, const std::string& xml);

    /// Every attribute a knob may write, and every thread's state.
    [[nodiscard]] std::map<std::string, std::string> snapshot() const;
    /// Journal and leases.
    [[nodiscard]] std::vector<std::string> state_files() const;
    /// What killed hooks have left between a write and its rename.
    [[nodiscard]] std::vector<std::string> temporary_files() const;
    /// What the hook said last.
    [[nodiscard]] std::string said() const;

private:
    [[nodiscard]] std::vector<std::string> state_files(bool temporary) const;
    void mount_all(bool state_on_disk);
    void mount_tmpfs(const std::string& path);
    void make_cgroups();
    void make_processes(const HostSize& size);
    [[nodiscard]] std::chrono::microseconds time(const std::vector<std::string>& argv,
                                                 const std::string& xml);
    void enter(const std::string& xml) const;
    void bind(const std::string& source, const std::string& target);

    ScratchDirectory root_;
    ScratchDirectory files_; ///< what the hook reads from and writes to, outside its root
    ScratchDirectory disk_;
    std::vector<std::string> mounts_;
    std::string cgroup_; ///< of the guest; empty: no cpuset hierarchy of version 1
    std::unique_ptr<StandInQemu> qemu_;
    std::vector<pid_t> processes_;
};

/// Runs the program's tests in mount and process id namespaces of their own; needs root.
int run_in_own_namespaces(int (*run_all)());

} // namespace nova_rt::test
