#include "support/fixture_cpuset.hpp"

#include "base/text.hpp"
#include "support/fixture_host.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

namespace nova_rt::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCpus = "cpuset.cpus";
constexpr const char* kExclusive = "cpuset.cpus.exclusive";
constexpr const char* kPartition = "cpuset.cpus.partition";
constexpr const char* kEffective = "cpuset.cpus.effective";
constexpr const char* kIsolated = "cpuset.cpus.isolated";
/// Only the model's: whether cgroups get the exclusive file.
constexpr const char* kRemote = "fixture_remote";

std::string read(const fs::path& path) {
    std::ifstream file(path);
    return std::string(trimmed(std::string{std::istreambuf_iterator<char>(file), {}}));
}

void put(const fs::path& path, const std::string& text) {
    std::ofstream(path) << text << "\n";
}

CpuSet cpus_of(const fs::path& path) {
    return CpuSet::from_cpulist(read(path)).value();
}

std::string request_of(const fs::path& cgroup) {
    const std::string text = read(cgroup / kPartition);
    return text.substr(0, text.find(' '));
}

bool is_partition(const fs::path& cgroup) {
    const std::string text = read(cgroup / kPartition);
    return text == "root" || text == "isolated";
}

/// A cgroup counts as below itself.
bool is_below(const fs::path& cgroup, const fs::path& other) {
    return (cgroup.string() + "/").starts_with(other.string() + "/");
}

} // namespace

fs::path FixtureCpuset::directory(const std::string& cgroup) const {
    return mount_ / fs::path(cgroup).relative_path();
}

void FixtureCpuset::create(RemotePartitions remote) const {
    fs::create_directories(mount_);
    if (remote == RemotePartitions::Yes) {
        put(mount_ / kRemote, "");
        put(mount_ / kIsolated, "");
    }
    put(mount_ / kEffective, online_.to_cpulist());
}

void FixtureCpuset::add(const std::string& cgroup, const std::string& cpus) const {
    fs::path current = mount_;
    for (const auto& name : fs::path(cgroup).relative_path()) {
        current /= name;
        if (!fs::create_directory(current)) {
            continue;
        }
        put(current / kCpus, "");
        put(current / kPartition, "member");
        put(current / "cgroup.threads", "");
        if (fs::exists(mount_ / kRemote)) {
            put(current / kExclusive, "");
        }
    }
    put(current / kCpus, cpus);
    update({});
}

void FixtureCpuset::remove(const std::string& cgroup) const {
    fs::remove_all(directory(cgroup));
    update({});
}

std::vector<fs::path> FixtureCpuset::all() const {
    std::vector<fs::path> cgroups;
    for (const auto& entry : fs::recursive_directory_iterator(mount_)) {
        if (entry.is_directory()) {
            cgroups.push_back(entry.path());
        }
    }
    std::ranges::sort(cgroups);
    return cgroups;
}

int FixtureCpuset::write(const std::string& cgroup, const std::string& file, const std::string& value) const {
    const fs::path path = directory(cgroup);
    const std::string text(trimmed(value));
    if (value.empty()) {
        return 0; // never reaches the kernel
    }
    if (file == kPartition) {
        if (text != "member" && text != "root" && text != "isolated") {
            return EINVAL;
        }
        put(path / kPartition, text);
        update(path);
        return 0;
    }
    const auto cpus = CpuSet::from_cpulist(text);
    if (!cpus || !cpus->is_subset_of(online_) || (file == kExclusive && !may_claim(path, *cpus))) {
        return EINVAL;
    }
    put(path / file, cpus->to_cpulist());
    update({});
    return 0;
}

bool FixtureCpuset::may_claim(const fs::path& cgroup, const CpuSet& cpus) const {
    return std::ranges::none_of(all(), [&](const fs::path& sibling) {
        const CpuSet theirs = cpus_of(sibling / kCpus);
        return sibling != cgroup && sibling.parent_path() == cgroup.parent_path() &&
               (cpus_of(sibling / kExclusive).intersects(cpus) ||
                (!theirs.empty() && theirs.is_subset_of(cpus)));
    });
}

CpuSet FixtureCpuset::claim_of(const fs::path& cgroup) const {
    const CpuSet exclusive = fs::exists(cgroup / kExclusive) ? cpus_of(cgroup / kExclusive) : CpuSet();
    return exclusive.empty() ? cpus_of(cgroup / kCpus) : exclusive;
}

std::string FixtureCpuset::verdict(const fs::path& cgroup) const {
    const CpuSet claim = claim_of(cgroup);
    const fs::path parent = cgroup.parent_path();
    if (claim.empty()) {
        return "cpuset.cpus and cpuset.cpus.exclusive are empty";
    }
    for (const auto& other : all()) {
        const bool one_line = is_below(other, cgroup) || is_below(cgroup, other);
        if (!one_line && is_partition(other) && claim_of(other).intersects(claim)) {
            return "Cpu list in cpuset.cpus not exclusive";
        }
    }
    if (parent == mount_ || is_partition(parent)) {
        return parent == mount_ || claim.is_subset_of(claim_of(parent))
                   ? ""
                   : "Parent unable to distribute cpu downstream";
    }
    if (!fs::exists(mount_ / kRemote)) {
        return "Parent is not a partition root";
    }
    for (fs::path above = parent; above != mount_; above = above.parent_path()) {
        if (!claim.is_subset_of(cpus_of(above / kExclusive))) {
            return "Invalid cpu list in cpuset.cpus.exclusive";
        }
    }
    return "";
}

void FixtureCpuset::update(const fs::path& written) const {
    for (const auto& cgroup : all()) {
        const std::string request = request_of(cgroup);
        if (request == "member" || (cgroup != written && !is_partition(cgroup))) {
            continue;
        }
        put(cgroup / kPartition, "member"); // stands in nobody's way while it is judged
        const std::string reason = verdict(cgroup);
        std::string state = request;
        if (!reason.empty()) {
            state += " invalid (" + reason + ")";
        }
        put(cgroup / kPartition, state);
    }
    const CpuSet rest = update_below(mount_, online_);
    put(mount_ / kEffective, rest.to_cpulist());
    if (fs::exists(mount_ / kIsolated)) {
        CpuSet isolated;
        for (const auto& cgroup : all()) {
            isolated |= read(cgroup / kPartition) == "isolated" ? claim_of(cgroup) : CpuSet();
        }
        put(mount_ / kIsolated, isolated.to_cpulist());
    }
}

/// Gives the partitions anywhere below the cgroup their CPUs and returns what is left of `cpus`.
CpuSet FixtureCpuset::update_below(const fs::path& cgroup, const CpuSet& cpus) const {
    CpuSet rest = cpus;
    for (const auto& other : all()) {
        if (is_below(other, cgroup) && other != cgroup && is_partition(other)) {
            rest -= claim_of(other);
        }
    }
    for (const auto& child : all()) {
        if (child.parent_path() != cgroup) {
            continue;
        }
        const CpuSet asked = cpus_of(child / kCpus) & rest;
        const CpuSet own = is_partition(child) ? claim_of(child) : asked.empty() ? rest : asked;
        put(child / kEffective, update_below(child, own).to_cpulist());
    }
    return rest;
}

CpuSet FixtureCpuset::effective(const std::string& cgroup) const {
    return cpus_of(directory(cgroup) / kEffective);
}

void FixtureHost::use_cgroup2(RemotePartitions remote) {
    cgroup2_ = true;
    put("proc/self/mountinfo", "30 25 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n");
    put("proc/sys/kernel/osrelease", remote == RemotePartitions::Yes ? "6.12.0-rt\n" : "6.1.0-rt\n");
    cpuset().create(remote);
}

FixtureCpuset FixtureHost::cpuset() const {
    return {fs::path(root()) / "sys/fs/cgroup", CpuSet::range(0, cpus_ - 1)};
}

std::string FixtureHost::membership(const std::string& cgroup) const {
    return cgroup2_ ? "0::" + cgroup + "\n" : "9:memory:/\n3:cpuset:" + cgroup + "\n0::/\n";
}

void FixtureHost::flatten_kernel_threads() const {
    for (const auto& entry : fs::directory_iterator(fs::path(root()) / "proc")) {
        const auto tid = parse_number<int>(entry.path().filename().string());
        const std::string directory = "proc/" + std::to_string(tid.value_or(0));
        const bool movable = tid && get(directory + "/stat").find(" 2097152 ") != std::string::npos;
        if (movable && get(directory + "/cgroup") == "0::/") {
            put_affinity(*tid, cpuset().effective("/"));
        }
    }
}

CpuSet FixtureHost::allowed(int tid) const {
    const std::string text = get("proc/" + std::to_string(tid) + "/cgroup");
    const std::string key = cgroup2_ ? "0::" : "cpuset:";
    const auto start = text.find(key) + key.size();
    const std::string cgroup = text.substr(start, text.find('\n', start) - start);
    return cgroup2_ ? cpuset().effective(cgroup)
                    : CpuSet::from_cpulist(get("sys/fs/cgroup/cpuset" + cgroup + "/cpuset.cpus")).value();
}

} // namespace nova_rt::test
