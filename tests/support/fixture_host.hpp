// A directory tree that behaves like the part of /proc and /sys the product changes.
#pragma once

#include "base/cpu_set.hpp"
#include "model/guest_domain.hpp"
#include "model/guest_threads.hpp"
#include "ports/host_writer.hpp"
#include "ports/thread_control.hpp"
#include "support/fixture_cpuset.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt::test {

/// Counts what changes host or state, makes one of those steps fail, or kills the process after one.
struct FaultPlan {
    int steps = 0;      ///< taken so far
    int fail_from = 0;  ///< the first step that fails; 0: none
    int fail_count = 1; ///< how many steps from there on fail
    int fail_errno = 0;
    int kill_after = 0; ///< SIGKILL behind this step; 0: never

    /// Takes a step: the errno to fail with, 0 to succeed.
    [[nodiscard]] int take();
    /// Called when the step has had its effect.
    void done() const;
};

struct FixtureThread {
    int tid = 0;
    std::string comm;
    CpuSet affinity;
    Scheduling scheduling;
    std::string cgroup; ///< in the cpuset hierarchy
    bool fixed = false; ///< PF_NO_SETAFFINITY: a kernel thread that refuses to move
};

/// Owns a temporary directory: root/ is the host, state/ the journal's directory.
class FixtureHost {
public:
    /// A host with CPUs 0 to cpus-1 online.
    explicit FixtureHost(unsigned cpus = 4);
    FixtureHost(const FixtureHost&) = delete;
    FixtureHost& operator=(const FixtureHost&) = delete;
    ~FixtureHost();

    [[nodiscard]] std::string root() const { return (directory_ / "root").string(); }

    [[nodiscard]] std::string state() const { return (directory_ / "state").string(); }

    /// From now on threads are in cgroup version 2. Before the first thread.
    void use_cgroup2(RemotePartitions remote = RemotePartitions::Yes);

    [[nodiscard]] FixtureCpuset cpuset() const;

    /// The CPUs a thread in that cgroup may have.
    [[nodiscard]] CpuSet allowed(int tid) const;

    void put(const std::string& path, const std::string& text) const;
    [[nodiscard]] std::string get(const std::string& path) const;
    void erase(const std::string& path) const;
    /// A symbolic link that says `target`, whether that exists or not.
    void put_link(const std::string& path, const std::string& target) const;

    void add_irq(unsigned number, const std::string& cpulist) const;
    /// Its affinity cannot be written (EIO), as that of a managed interrupt.
    void add_managed_irq(unsigned number, const std::string& cpulist);
    /// The effective affinity follows only at the next interrupt, which never comes.
    void add_lagging_irq(unsigned number, const std::string& cpulist);
    [[nodiscard]] std::string irq(unsigned number) const;

    void add_process(int pid, const std::vector<FixtureThread>& threads) const;
    /// A switch whose PMD thread `tid` is bound to the pCPU, beside a thread that floats.
    void add_switch(int pid, int tid, unsigned pcpu) const;
    void add_kernel_thread(const FixtureThread& thread) const;
    /// As somebody else sets it.
    void put_affinity(int tid, const CpuSet& cpus) const;
    /// Takes CPUs away, or gives them back. Affinities read without those that are offline.
    void set_online(const CpuSet& cpus) const;
    void end_process(int pid, const std::vector<int>& tids) const;

    /// Every attribute the product may write, without the effective ones, and every thread's state.
    [[nodiscard]] std::map<std::string, std::string> snapshot() const;
    /// Journal and leases, without the lock file and temporary files.
    [[nodiscard]] std::map<std::string, std::string> state_snapshot() const;

    /// Behaves as the kernel does on a write.
    [[nodiscard]] int kernel_write(const std::string& path, const std::string& value) const;

private:
    /// A partition came or went: every movable kernel thread of the root cgroup gets its effective CPUs.
    void flatten_kernel_threads() const;
    [[nodiscard]] std::string membership(const std::string& cgroup) const;
    void put_thread(const std::string& directory, const FixtureThread& thread, bool kernel) const;

    std::filesystem::path directory_;
    std::map<unsigned, bool> managed_;
    std::map<unsigned, bool> lagging_;
    unsigned cpus_;
    bool cgroup2_ = false;
};

/// Writes below the fixture's root, with the plan's faults.
class FixtureWriter final : public HostWriter {
public:
    FixtureWriter(const FixtureHost& host, FaultPlan& faults) : host_(host), faults_(faults) {}

    [[nodiscard]] Status write(std::string_view path, std::string_view value) override;

private:
    const FixtureHost& host_;
    FaultPlan& faults_;
};

/// The fixture's threads. Like cgroup v1, a thread's affinity must stay within its cpuset.
class FixtureThreadControl final : public ThreadControl {
public:
    FixtureThreadControl(const FixtureHost& host, FaultPlan& faults) : host_(host), faults_(faults) {}

    [[nodiscard]] Result<CpuSet> affinity(Tid thread) const override;
    [[nodiscard]] Result<Scheduling> scheduling(Tid thread) const override;
    [[nodiscard]] Status set_affinity(Tid thread, const CpuSet& cpus) override;
    [[nodiscard]] Status set_scheduling(Tid thread, Scheduling scheduling) override;

private:
    [[nodiscard]] Result<std::string> attribute(Tid thread, const std::string& name) const;

    const FixtureHost& host_;
    FaultPlan& faults_;
};

} // namespace nova_rt::test
