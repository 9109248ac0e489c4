// Collects the facts about this machine from sysfs.
#pragma once

#include "base/result.hpp"
#include "model/host_topology.hpp"
#include "ports/host_reader.hpp"
#include "topology/topology_builder.hpp"

#include <string>

namespace nova_rt {

/// What sysfs does not say.
struct MachineFacts {
    std::string architecture = "x86_64"; ///< uname -m
    KiB base_page{4};                    ///< getconf PAGESIZE
};

/// Reads sys/devices/system/{cpu,node}, and the caches as read_cache_control() does. A kernel without NUMA
/// has one cell with all CPUs. Pools hold totals; `used` stays 0, since who uses a page is known from the
/// guests placed. The pool of the base page has the memory that is in no huge page, as libvirt counts it.
[[nodiscard]] Result<HostFacts> read_host_facts(const HostReader& reader, const MachineFacts& machine);

/// read_host_facts() and build_topology().
[[nodiscard]] Result<HostTopology> read_topology(const HostReader& reader, const MachineFacts& machine);

} // namespace nova_rt
