// /proc/interrupts, /proc/softirqs and /proc/schedstat: counters with one column per CPU.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt::noise {

/// One line: "36:  0  547119 PCI-MSIX-0000:00:02.0 1-edge virtio1-req.0".
struct CpuTableRow {
    std::string label;                        ///< without its colon: "36", "LOC", "TIMER"
    std::string description;                  ///< what follows the numbers, single-spaced; chosen by drivers
    std::map<unsigned, std::uint64_t> counts; ///< by CPU; offline CPUs have no column

    friend bool operator==(const CpuTableRow&, const CpuTableRow&) = default;
};

/// /proc/interrupts or /proc/softirqs. Lines with fewer numbers than the header has CPUs, and ERR and MIS,
/// count the whole machine and are left out. Corrupt without a header. Source: show_interrupts() of the
/// kernel.
[[nodiscard]] Result<std::vector<CpuTableRow>> parse_cpu_table(std::string_view text);

/// From /proc/schedstat, by CPU: how often a task that is not idle was put on it (pcount, the ninth number).
/// The kernel counts them whatever kernel.sched_schedstats says. Corrupt when a cpu line has no nine numbers.
[[nodiscard]] Result<std::map<unsigned, std::uint64_t>> parse_arrivals(std::string_view text);

} // namespace nova_rt::noise
