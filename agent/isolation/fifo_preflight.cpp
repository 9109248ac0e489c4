#include "isolation/fifo_preflight.hpp"

#include "knobs/cgroup_location.hpp"

#include <array>
#include <string>

namespace nova_rt {

namespace {

constexpr const char* kGlobalRuntime = "proc/sys/kernel/sched_rt_runtime_us";
constexpr const char* kUnlimited = "-1";
/// Below the controller's mount: libvirt's parent cgroup with and without systemd.
constexpr std::array kLibvirtCgroups = {"/machine.slice", "/machine"};

} // namespace

Status check_fifo_possible(const HostReader& files) {
    const auto global = files.read(kGlobalRuntime);
    const auto mount = cgroup_mount(files, "cpu");
    if (!global || *global == kUnlimited || !mount) {
        return {};
    }
    for (const char* const cgroup : kLibvirtCgroups) {
        const std::string file = *mount + cgroup + "/cpu.rt_runtime_us";
        if (files.exists(file)) {
            return fail(
                ErrorCode::Refused,
                "libvirt could not give vCPUs SCHED_FIFO: this kernel has CONFIG_RT_GROUP_SCHED, a new "
                "cgroup in /" +
                    *mount + cgroup + " has no realtime runtime, and kernel.sched_rt_runtime_us is " +
                    *global +
                    "; set kernel.sched_rt_runtime_us=-1 before the guest starts, or take \"cpu\" out "
                    "of cgroup_controllers in libvirt's qemu.conf");
        }
    }
    return {};
}

} // namespace nova_rt
