// Records the kernel files that the product reads on this node.
#pragma once

#include "adapters/linux_host/recording_host_reader.hpp"
#include "base/result.hpp"
#include "topology/topology_reader.hpp"

#include "wiring/wired_host.hpp"

#include <cstddef>

namespace nova_rt {

/// More bytes than any host has worth recording; more is NoSpace.
inline constexpr std::size_t kMaxCaptureBytes = std::size_t{16} * 1024 * 1024;

/// Asks the reader what the product asks: the topology, the census of CPUs, every knob, the kernel's
/// features, the checks of `nova-rt doctor` with the leases that are live, and a list of further files that
/// say how the host was booted and how it ran. Questions without an answer are no failure: a host may lack
/// what they ask for.
void ask_everything(WiredHost& host, const HostReader& reader, const MachineFacts& machine);

/// ask_everything() with a recorder in between that leaves out what is private (HostRedaction). Fails when
/// not even the topology can be read.
[[nodiscard]] Result<HostRecord> capture_host(WiredHost& host, const MachineFacts& machine);

} // namespace nova_rt
