// A directory tree that behaves like the cpuset files of cgroup version 2.
#pragma once

#include "base/cpu_set.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace nova_rt::test {

/// Whether the kernel knows cpuset.cpus.exclusive and remote partitions (Linux 6.7).
enum class RemotePartitions { No, Yes };

/// All state is in the files, so that it outlives a process that is killed. What the model keeps of the
/// kernel: a write to `cpuset.cpus.partition` succeeds and reads back with the verdict; exclusive CPUs of
/// siblings must not overlap, nor contain all CPUs of a sibling (EINVAL); a partition that loses what it
/// rests on becomes invalid and stays so until it is written again; a partition that is removed gives its
/// CPUs back.
class FixtureCpuset {
public:
    /// `mount`: where the hierarchy's root is.
    FixtureCpuset(std::filesystem::path mount, CpuSet online) : mount_(std::move(mount)), online_(online) {}

    /// The root cgroup. Has every cgroup below it the exclusive file?
    void create(RemotePartitions remote) const;
    /// With all cgroups above it. `cpus` is what somebody wrote to cpuset.cpus; empty: nobody did.
    void add(const std::string& cgroup, const std::string& cpus) const;
    void remove(const std::string& cgroup) const;

    /// The errno of a write to one of the cgroup's cpuset files, 0 for success.
    [[nodiscard]] int write(const std::string& cgroup, const std::string& file,
                            const std::string& value) const;
    [[nodiscard]] CpuSet effective(const std::string& cgroup) const;

private:
    using Path = std::filesystem::path;

    [[nodiscard]] Path directory(const std::string& cgroup) const;
    [[nodiscard]] std::vector<Path> all() const;
    [[nodiscard]] bool may_claim(const Path& cgroup, const CpuSet& cpus) const;
    [[nodiscard]] std::string verdict(const Path& cgroup) const;
    [[nodiscard]] CpuSet claim_of(const Path& cgroup) const;
    void update(const Path& written) const;
    [[nodiscard]] CpuSet update_below(const Path& cgroup, const CpuSet& cpus) const;

    Path mount_;
    CpuSet online_;
};

} // namespace nova_rt::test
