// A polling thread of a user-space switch.
#pragma once

#include "base/cpu_set.hpp"
#include "base/ids.hpp"

#include <string>
#include <vector>

namespace nova_rt {

/// A poll-mode-driver thread of OVS-DPDK. It never blocks, so the one pCPU it is bound to is its own, like a
/// realtime vCPU's. Known for reporting and refusing only: nothing is ever written to it.
struct PmdThread {
    PcpuId pcpu;
    Tid tid;
    Pid process;
    std::string comm;    ///< "pmd-c03/id:9"
    std::string program; ///< the file name of the process's executable, "ovs-vswitchd"

    friend bool operator==(const PmdThread&, const PmdThread&) = default;
};

/// The pCPUs they are bound to.
[[nodiscard]] CpuSet pcpus_of(const std::vector<PmdThread>& threads);

/// For messages: `"pmd-c03/id:9" of "ovs-vswitchd" (thread 4711)`.
[[nodiscard]] std::string describe(const PmdThread& thread);

/// Those bound to one of the pCPUs, described, separated by commas.
[[nodiscard]] std::string describe_on(const std::vector<PmdThread>& threads, const CpuSet& pcpus);

} // namespace nova_rt
