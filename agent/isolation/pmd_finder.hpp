// Finds the polling threads of user-space switches.
#pragma once

#include "model/pmd_thread.hpp"
#include "ports/host_reader.hpp"
#include "ports/thread_control.hpp"
#include "ports/thread_lister.hpp"

#include <vector>

namespace nova_rt {

/// Whom to ask.
struct PmdPorts {
    const HostReader& reader;
    const ThreadLister& lister;
    const ThreadControl& threads;
};

/// Ascending by pCPU and thread; at most a few thousand. A thread counts when all of this holds: its process
/// runs an executable whose name begins with "ovs-vswitchd" (/proc/PID/exe, which the program cannot choose
/// as it can its threads' names), it is called "pmd-cN/id:M", and the kernel lets it run on one pCPU only,
/// which need not be N. What ends meanwhile, or may not be looked at, is left out.
/// Source: pmd_thread_main in OVS's lib/dpif-netdev.c.
[[nodiscard]] std::vector<PmdThread> find_pmd_threads(const PmdPorts& ports);

} // namespace nova_rt
