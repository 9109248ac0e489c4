// What the kernel does when a SCHED_FIFO thread never yields.
#pragma once

#include "ports/host_reader.hpp"

#include <optional>
#include <utility>

namespace nova_rt {

/// Major and minor, from /proc/sys/kernel/osrelease.
using KernelVersion = std::pair<unsigned, unsigned>;

/// The fair server took over from global throttling of realtime threads.
constexpr KernelVersion kFairServerKernel{6, 12};

[[nodiscard]] std::optional<KernelVersion> kernel_version(const HostReader& files);

/// Where each pCPU's fair server is, "cpuN/{runtime,period}" in nanoseconds.
constexpr const char* kFairServerDirectory = "sys/kernel/debug/sched/fair_server";

/// Whether every CPU runs an ordinary thread within seconds although a SCHED_FIFO thread there never sleeps:
/// before Linux 6.12 unless sched_rt_runtime_us is -1, since then unless some fair server's runtime is 0.
[[nodiscard]] bool has_starvation_valve(const HostReader& files);

} // namespace nova_rt
