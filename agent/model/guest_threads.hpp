// The threads of a running guest as libvirt names them.
#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <map>
#include <set>

namespace nova_rt {

/// QEMU's process and which of its threads are vCPUs. Source: libvirt's status file (<domstatus pid>,
/// <vcpus>), or the agent's libvirt connection.
struct GuestThreads {
    Pid qemu;
    std::uint64_t start_time = 0; ///< of the process, clock ticks after boot; 0: not known yet
    std::map<VcpuId, Tid> vcpus;
    /// Threads that libvirt calls vCPUs and /proc does not: nothing is ever done to them.
    std::set<Tid> disputed;

    friend bool operator==(const GuestThreads&, const GuestThreads&) = default;
};

} // namespace nova_rt
