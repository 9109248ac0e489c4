// Whether libvirt will be able to give vCPUs a realtime policy.
#pragma once

#include "base/result.hpp"
#include "ports/host_reader.hpp"

namespace nova_rt {

/// A kernel with CONFIG_RT_GROUP_SCHED and version 1 of the cpu controller gives every new cgroup no realtime
/// runtime: libvirt puts each vCPU into one, and SCHED_FIFO is refused there (EPERM) as long as
/// kernel.sched_rt_runtime_us is not -1. Refused, with the cure, when libvirt's cgroups are in that
/// controller; success when nothing says so.
[[nodiscard]] Status check_fifo_possible(const HostReader& files);

} // namespace nova_rt
