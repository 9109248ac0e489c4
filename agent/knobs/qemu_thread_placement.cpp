#include "knobs/qemu_thread_placement.hpp"

#include "base/text.hpp"
#include "knobs/cgroup_location.hpp"
#include "knobs/partition_knob.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace nova_rt {

namespace {

constexpr KnobTraits kTraits = {
    .name = "qemu_thread_placement",
    .summary = "QEMU's helper threads and the guest's kernel threads stay away from realtime pCPUs",
    .criticality = Criticality::Critical,
    .blast_radius = BlastRadius::Silent,
};

constexpr std::string_view kVcpuPrefix = "CPU ";
constexpr std::string_view kPitPrefix = "kvm-pit/";
constexpr std::string_view kVhostPrefix = "vhost-";
constexpr std::string_view kHugePagePrefix = "kvm-nx-lpage-recovery-";
constexpr std::string_view kEmulator = "emulator";

std::optional<unsigned> vcpu_number(std::string_view comm) {
    const auto slash = comm.find('/');
    if (!comm.starts_with(kVcpuPrefix) || slash == std::string_view::npos) {
        return std::nullopt;
    }
    return parse_number<unsigned>(comm.substr(kVcpuPrefix.size(), slash - kVcpuPrefix.size()));
}

bool is_realtime(SchedulingPolicy policy) {
    return policy == SchedulingPolicy::Fifo || policy == SchedulingPolicy::RoundRobin ||
           policy == SchedulingPolicy::Deadline;
}

std::string thread_name(const ThreadInfo& thread) {
    return "thread " + std::to_string(thread.identity.tid.value) + " (" + quoted(thread.comm) + ")";
}

bool is_vcpu(const GuestThreads& threads, const ThreadInfo& thread) {
    const Tid tid = thread.identity.tid;
    return is_vcpu_name(thread.comm) || threads.disputed.contains(tid) ||
           std::ranges::any_of(threads.vcpus, [&](const auto& vcpu) { return vcpu.second == tid; });
}

/// Collects what one guest's helper threads need.
class Placement {
public:
    Placement(const HostView& view, const Lease& guest, const HostDemand& demand)
        : view_(view), demand_(demand) {
        const CpuSet home = guest.emulator_pins.value_or(demand.online) & demand.online;
        const CpuSet quiet_home = home - demand.isolated;
        mask_ = quiet_home.empty() ? demand.housekeeping : quiet_home;
    }

    Status locate_emulator(const ThreadInfo& main_thread) {
        NOVA_RT_TRY_ASSIGN(location, cgroup_location(view_.files, main_thread.identity.tid));
        if (location.leaf() == kEmulator) {
            emulator_ = std::move(location);
        }
        return {};
    }

    /// A thread that ends meanwhile needs nothing.
    Status add(const ThreadInfo& thread) {
        const Tid tid = thread.identity.tid;
        const auto affinity = view_.threads.affinity(tid);
        if (!affinity) {
            return affinity.error().code() == ErrorCode::NotFound ? Status{} : fail(affinity.error());
        }
        if (!affinity->intersects(demand_.isolated)) {
            return {};
        }
        const auto location = cgroup_location(view_.files, tid);
        if (!location) {
            return location.error().code() == ErrorCode::NotFound ? Status{} : fail(location.error());
        }
        add_cgroup(thread, *location);
        const auto scheduling = view_.threads.scheduling(tid);
        if (scheduling && is_realtime(scheduling->policy)) {
            add_target(thread, Setting::scheduling(thread.identity), ChangePhase::ThreadPolicy,
                       encode_scheduling(*scheduling), encode_scheduling(Scheduling{}));
        }
        add_target(thread, Setting::affinity(thread.identity), ChangePhase::ThreadMask,
                   affinity->to_cpulist(), mask_in(*location).to_cpulist());
        return {};
    }

    [[nodiscard]] ThreadProbe take() { return std::move(probe_); }

private:
    [[nodiscard]] bool is_inside_domain(const CgroupLocation& location) const {
        return emulator_ && location.hierarchy == emulator_->hierarchy &&
               location.parent() == emulator_->parent();
    }

    /// Only a thread inside the domain's own cgroups is moved, and only into its emulator cgroup.
    void add_cgroup(const ThreadInfo& thread, const CgroupLocation& location) {
        if (is_inside_domain(location) && location.path != emulator_->path) {
            add_target(thread, Setting::membership(thread.identity, location.hierarchy),
                       ChangePhase::ThreadCgroup, location.path, emulator_->path);
        }
    }

    /// Guests may have a partition of their own: the CPUs of their emulator threads are then out of the reach
    /// of a kernel thread that works for them in the root cgroup.
    [[nodiscard]] CpuSet mask_in(const CgroupLocation& location) const {
        const auto mount = is_inside_domain(location) ? Result<std::string>(std::string())
                                                      : cgroup_mount(view_.files, location.hierarchy);
        if (!mount || mount->empty()) {
            return mask_;
        }
        const std::string directory = *mount + (location.path == "/" ? "" : location.path);
        const CpuSet reach = read_cpus(view_, directory + std::string(kEffectiveFile));
        if (reach.empty()) { // version 1 has no such file
            return mask_;
        }
        for (const CpuSet& mask : {mask_ & reach, demand_.housekeeping & reach}) {
            if (!mask.empty()) {
                return mask;
            }
        }
        return mask_;
    }

    void add_target(const ThreadInfo& thread, Setting setting, ChangePhase phase, std::string value,
                    std::string wanted) {
        probe_.targets.push_back({.setting = std::move(setting),
                                  .value = std::move(value),
                                  .wanted = std::move(wanted),
                                  .phase = phase,
                                  .kind = FindingKind::ThreadOnRealtimePcpu,
                                  .subject = thread_name(thread)});
    }

    const HostView& view_;
    const HostDemand& demand_;
    CpuSet mask_;
    std::optional<CgroupLocation> emulator_;
    ThreadProbe probe_;
};

} // namespace

bool is_vcpu_name(std::string_view comm) {
    return vcpu_number(comm).has_value();
}

bool is_vcpu_name(std::string_view comm, VcpuId vcpu) {
    return vcpu_number(comm) == vcpu.value;
}

bool is_guest_helper_name(std::string_view comm, Pid qemu) {
    const std::string pid = std::to_string(qemu.value);
    return is_helper_name_of_any_guest(comm) && comm.ends_with(pid) &&
           (comm == std::string(kPitPrefix) + pid || comm == std::string(kVhostPrefix) + pid ||
            comm == std::string(kHugePagePrefix) + pid);
}

bool is_helper_name_of_any_guest(std::string_view comm) {
    return comm.starts_with(kPitPrefix) || comm.starts_with(kVhostPrefix) ||
           comm.starts_with(kHugePagePrefix);
}

const KnobTraits& QemuThreadPlacement::traits() const {
    return kTraits;
}

Result<ThreadProbe> QemuThreadPlacement::probe(const HostView& view, const Lease& guest,
                                               const HostDemand& demand) const {
    if (!guest.threads || demand.isolated.empty()) {
        return ThreadProbe{};
    }
    const Pid qemu = guest.threads->qemu;
    const auto threads = view.lister.threads_of(qemu);
    if (!threads && threads.error().code() == ErrorCode::NotFound) {
        return ThreadProbe{};
    }
    if (!threads) {
        return fail(threads.error());
    }
    const auto main_thread = std::ranges::find_if(
        *threads, [&](const ThreadInfo& thread) { return thread.identity.tid.value == qemu.value; });
    if (main_thread == threads->end() || main_thread->identity.start_time != guest.threads->start_time) {
        return ThreadProbe{}; // the id belongs to another process by now
    }
    Placement placement(view, guest, demand);
    NOVA_RT_TRY(placement.locate_emulator(*main_thread));
    for (const auto& thread : *threads) {
        if (!is_vcpu(*guest.threads, thread)) {
            NOVA_RT_TRY(placement.add(thread));
        }
    }
    NOVA_RT_TRY_ASSIGN(kernel_threads, view.lister.kernel_threads());
    for (const auto& thread : kernel_threads) {
        if (is_guest_helper_name(thread.comm, qemu)) {
            NOVA_RT_TRY(placement.add(thread));
        }
    }
    return placement.take();
}

} // namespace nova_rt
