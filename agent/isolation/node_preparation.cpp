#include "isolation/node_preparation.hpp"

#include "isolation/host_isolator.hpp"
#include "isolation/observer.hpp"
#include "isolation/state_repository.hpp"
#include "knobs/cgroup_location.hpp"
#include "knobs/partition_knob.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nova_rt {

namespace {

constexpr std::chrono::milliseconds kLockDeadline{5000};
constexpr const char* kMember = "member";
constexpr const char* kRoot = "root";

CpuSet read_list(const HostReader& files, const std::string& path) {
    const auto text = files.read(path);
    const auto cpus = text ? CpuSet::from_cpulist(*text) : Result<CpuSet>(CpuSet());
    return cpus ? *cpus : CpuSet();
}

Change change_of(const std::string& directory, std::string_view file, ValueFormat format, std::string before,
                 std::string after) {
    return Change{.setting = Setting::attribute(directory + std::string(file), format),
                  .knob = "node_preparation",
                  .before = std::move(before),
                  .after = std::move(after),
                  .owner = {}};
}

/// Stops at the first that is not in force.
Status apply(const EnginePorts& ports, const std::vector<Change>& changes) {
    const auto results = HostIsolator(ports).apply(
        changes, [](const WriteResult& result) { return result.outcome != WriteOutcome::InForce; });
    if (!results.empty() && results.back().outcome != WriteOutcome::InForce) {
        return fail(ErrorCode::Refused, results.back().cause);
    }
    return {};
}

Result<std::string> slice_directory(const HostReader& files) {
    NOVA_RT_TRY_ASSIGN(mount, cgroup_mount(files, "unified"));
    return mount + "/" + kMachineSlice;
}

/// A thread of a guest that is pinned to CPUs outside `cpus`; nothing when there is none.
std::optional<std::string> guest_outside(const HostReader& files, const std::string& slice,
                                         const CpuSet& cpus) {
    const auto scopes = files.list(slice);
    for (const auto& scope : scopes ? *scopes : std::vector<std::string>{}) {
        const std::string domain = slice + "/" + scope + "/libvirt";
        const auto cgroups = files.list(domain);
        for (const auto& cgroup : cgroups ? *cgroups : std::vector<std::string>{}) {
            const std::string file = domain + "/" + cgroup + std::string(kCpusFile);
            const CpuSet pins = read_list(files, file);
            if (!pins.is_subset_of(cpus)) {
                return "/" + file + " reads " + pins.to_cpulist();
            }
        }
    }
    return std::nullopt;
}

} // namespace

Result<CpuSet> NodePreparation::check(const NovaCpuSets& sets) const {
    if (!sets.dedicated || sets.dedicated->empty() || !sets.shared || sets.shared->empty()) {
        return fail(
            ErrorCode::Refused,
            "prepare the node: nova.conf needs both cpu_dedicated_set and cpu_shared_set; a guest may be "
            "pinned to any CPU otherwise");
    }
    if (sets.dedicated->intersects(*sets.shared)) {
        return fail(ErrorCode::Refused, "prepare the node: cpu_dedicated_set and cpu_shared_set overlap on " +
                                            (*sets.dedicated & *sets.shared).to_cpulist());
    }
    NOVA_RT_TRY_ASSIGN(online, online_cpus(ports_.reader));
    CpuSet cpus = (*sets.dedicated | *sets.shared) & online;
    if (online.is_subset_of(cpus)) {
        return fail(
            ErrorCode::Refused,
            "prepare the node: cpu_dedicated_set and cpu_shared_set leave the host no CPU of its own");
    }
    NOVA_RT_TRY_ASSIGN(slice, slice_directory(ports_.reader));
    if (const auto outside = guest_outside(ports_.reader, slice, cpus)) {
        return fail(ErrorCode::Refused, "prepare the node with CPUs " + cpus.to_cpulist() +
                                            ": a guest is pinned elsewhere, " + *outside);
    }
    return cpus;
}

Result<CpuSet> NodePreparation::prepare(const NovaCpuSets& sets) {
    NOVA_RT_TRY_ASSIGN(cpus, check(sets));
    NOVA_RT_TRY_ASSIGN(slice, slice_directory(ports_.reader));
    NOVA_RT_TRY(units_.allow_cpus(kMachineSlice, cpus));
    Status done = make_root(slice);
    if (done) {
        done = remember_(*sets.dedicated);
    }
    if (!done) {
        const Status undone = take_down();
        return fail(done.error().with_context(undone ? "prepare the node; everything is as before"
                                                     : "prepare the node; " + undone.error().message()));
    }
    return cpus;
}

Status NodePreparation::make_root(const std::string& slice) {
    if (ports_.reader.exists(slice + std::string(kExclusiveFile))) {
        return fail(ErrorCode::Refused, "this kernel has remote partitions, no node needs preparation");
    }
    const std::string file = slice + std::string(kPartitionFile);
    NOVA_RT_TRY_ASSIGN(before, ports_.reader.read(file));
    if (before == kRoot) {
        return {};
    }
    NOVA_RT_TRY_ASSIGN(lock, ports_.lock.acquire(kLockDeadline));
    return apply(ports_, {change_of(slice, kPartitionFile, ValueFormat::Partition, before, kRoot)});
}

Status NodePreparation::unprepare() {
    {
        NOVA_RT_TRY_ASSIGN(lock, ports_.lock.acquire(kLockDeadline));
        NOVA_RT_TRY_ASSIGN(loaded, StateRepository(ports_).load_leases());
        if (!loaded.leases.empty()) {
            return fail(ErrorCode::Refused, "stop the realtime guests first: " +
                                                std::to_string(loaded.leases.size()) + " have leases");
        }
    }
    return take_down();
}

Status NodePreparation::take_down() {
    NOVA_RT_TRY_ASSIGN(slice, slice_directory(ports_.reader));
    const auto state = ports_.reader.read(slice + std::string(kPartitionFile));
    if (state && *state != kMember) {
        NOVA_RT_TRY_ASSIGN(lock, ports_.lock.acquire(kLockDeadline));
        NOVA_RT_TRY(
            apply(ports_, {change_of(slice, kPartitionFile, ValueFormat::Partition, *state, kMember)}));
    }
    NOVA_RT_TRY(units_.allow_cpus(kMachineSlice, CpuSet()));
    return remember_(CpuSet());
}

CpuSet leaked_cpus(const HostReader& files) {
    const auto mount = cgroup_mount(files, "unified");
    const auto online = online_cpus(files);
    const auto effective =
        mount ? files.read(*mount + std::string(kEffectiveFile)) : Result<std::string>(fail(mount.error()));
    const auto present = effective ? CpuSet::from_cpulist(*effective) : Result<CpuSet>(CpuSet());
    if (!effective || !present || !online) {
        return {};
    }
    CpuSet leaked = *online - *present;
    const auto children = files.list(*mount);
    for (const auto& child : children ? *children : std::vector<std::string>{}) {
        const std::string directory = *mount + "/" + child;
        if (files.exists(directory + std::string(kExclusiveFile))) {
            return {};
        }
        const auto state = files.read(directory + std::string(kPartitionFile));
        if (state && (*state == kRoot || *state == kIsolatedPartition)) {
            leaked -= read_list(files, directory + std::string(kCpusFile));
        }
    }
    return leaked;
}

Result<CpuSet> repair_leaked_cpus(const EnginePorts& ports) {
    CpuSet leaked = leaked_cpus(ports.reader);
    if (leaked.empty()) {
        return CpuSet{};
    }
    NOVA_RT_TRY_ASSIGN(slice, slice_directory(ports.reader));
    NOVA_RT_TRY_ASSIGN(lock, ports.lock.acquire(kLockDeadline));
    NOVA_RT_TRY_ASSIGN(cpus, ports.reader.read(slice + std::string(kCpusFile)));
    const std::string list = leaked.to_cpulist();
    NOVA_RT_TRY(apply(ports, {change_of(slice, kCpusFile, ValueFormat::CpuList, cpus, list),
                              change_of(slice, kPartitionFile, ValueFormat::Partition, kMember, kRoot),
                              change_of(slice, kPartitionFile, ValueFormat::Partition, kRoot, kMember),
                              change_of(slice, kCpusFile, ValueFormat::CpuList, list, cpus)}));
    const CpuSet left = leaked_cpus(ports.reader);
    if (!left.empty()) {
        return fail(ErrorCode::Io, "the root cgroup still lacks CPUs " + left.to_cpulist());
    }
    return leaked;
}

} // namespace nova_rt
