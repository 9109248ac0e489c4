#include "planner/core_allocator.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace nova_rt {

namespace {

using Cores = std::vector<CpuSet>;
constexpr std::string_view kThreadPolicy = "hw:cpu_thread_policy";
constexpr std::string_view kCpuPolicy = "hw:cpu_policy";

tl::unexpected<Misfit> misfit(std::string what, std::string_view key) {
    return tl::unexpected<Misfit>(Misfit{.what = std::move(what), .key = key});
}

using Packing = tl::expected<CorePacking, Misfit>;

/// The free part of each core that has at least `threads` free CPUs.
Cores cores_with(const Cores& free_cores, std::size_t threads) {
    Cores cores;
    std::ranges::copy_if(free_cores, std::back_inserter(cores),
                         [&](const CpuSet& core) { return core.size() >= threads; });
    return cores;
}

/// Pins vCPUs in ascending order to the first `threads` CPUs of each core; none when they do not suffice.
std::optional<std::map<VcpuId, PcpuId>> pin(std::size_t threads, const Cores& cores, const CpuSet& vcpus) {
    if (threads * cores.size() < vcpus.size()) {
        return std::nullopt;
    }
    std::map<VcpuId, PcpuId> pins;
    auto vcpu = vcpus.begin();
    for (const CpuSet& core : cores) {
        std::size_t used = 0;
        for (const unsigned cpu : core) {
            if (vcpu == vcpus.end() || used == threads) {
                break;
            }
            pins[VcpuId{*vcpu}] = PcpuId{cpu};
            ++vcpu;
            ++used;
        }
    }
    return pins;
}

enum class Leftover { Threads, WholeCores };

/// The first CPU that the pins leave over, in the order of the cores.
std::optional<PcpuId> first_left(const Cores& cores, const std::map<VcpuId, PcpuId>& pins,
                                 Leftover leftover) {
    CpuSet used;
    for (const auto& [vcpu, pcpu] : pins) {
        used.add(pcpu.value);
    }
    for (const CpuSet& core : cores) {
        if (leftover == Leftover::WholeCores && core.intersects(used)) {
            continue;
        }
        if (const auto cpu = (core - used).first()) {
            return PcpuId{*cpu};
        }
    }
    return std::nullopt;
}

/// What an attempt makes of a cell without a vCPU to pin.
enum class NoVcpus { Fail, Fit };

/// One attempt: pins, and the emulator's pCPU if one is wanted. Nova reserves none where nothing is pinned.
std::optional<CorePacking> attempt(std::size_t threads, const Cores& pin_cores, const Cores& all_cores,
                                   const CpuSet& vcpus, EmulatorReserve reserve, Leftover leftover,
                                   NoVcpus no_vcpus) {
    auto pins = pin(threads, pin_cores, vcpus);
    const bool pins_nothing = pins && pins->empty();
    if (!pins || (pins_nothing && (no_vcpus == NoVcpus::Fail || reserve == EmulatorReserve::OnePcpu))) {
        return std::nullopt;
    }
    CorePacking packing{.pins = *std::move(pins), .emulator_pcpu = std::nullopt};
    if (reserve == EmulatorReserve::OnePcpu) {
        packing.emulator_pcpu = first_left(all_cores, packing.pins, leftover);
        if (!packing.emulator_pcpu) {
            return std::nullopt;
        }
    }
    return packing;
}

Packing pack_isolated(const LedgerCell& cell, const Cores& free_cores, std::size_t threads_per_core,
                      const CpuSet& vcpus, EmulatorReserve reserve) {
    const Cores whole = cores_with(free_cores, threads_per_core);
    if (whole.empty()) {
        return misfit("no core is free with all its threads, as 'isolate' needs", kThreadPolicy);
    }
    if (threads_per_core != 1 && cell.dedicated != cell.shared) {
        return misfit(
            "'isolate' never fits a host with hyperthreads and [compute]cpu_dedicated_set (Nova bug "
            "1889633)",
            kThreadPolicy);
    }
    const auto packing =
        attempt(1, whole, cores_with(free_cores, 1), vcpus, reserve, Leftover::WholeCores, NoVcpus::Fail);
    if (!packing) {
        return misfit(std::to_string(whole.size()) + " whole cores are free for " +
                          std::to_string(vcpus.size()) +
                          " vCPUs and the emulator threads, if those are isolated too",
                      kThreadPolicy);
    }
    return *packing;
}

} // namespace

Packing pack_onto_cores(const LedgerCell& cell, const CpuSet& vcpus, std::optional<CpuThreadPolicy> policy,
                        EmulatorReserve reserve) {
    std::size_t threads_per_core = 1;
    for (const CpuSet& core : cell.cores) {
        threads_per_core = std::max(threads_per_core, core.size());
    }
    const CpuSet free = cell.free_pcpus();
    Cores free_cores;
    std::size_t most_free = 0;
    for (const CpuSet& core : cell.cores) {
        if (core.intersects(free)) {
            free_cores.push_back(core & free);
            most_free = std::max(most_free, free_cores.back().size());
        }
    }
    if (policy == CpuThreadPolicy::Isolate) {
        return pack_isolated(cell, free_cores, threads_per_core, vcpus, reserve);
    }
    const bool require = policy == CpuThreadPolicy::Require;
    if (require && threads_per_core <= 1) {
        return misfit("the host has no hyperthreads, as 'require' needs", kThreadPolicy);
    }
    // Nova 26.2 takes an empty pinning for a failure, 33 only with isolate
    const NoVcpus no_vcpus = cell.release == NovaRelease::Zed ? NoVcpus::Fail : NoVcpus::Fit;
    const Cores all = cores_with(free_cores, 1);
    for (std::size_t threads = most_free; threads >= (require ? 2U : 1U); --threads) {
        const Cores cores = cores_with(free_cores, threads);
        if (auto packing = attempt(threads, cores, all, vcpus, reserve, Leftover::Threads, no_vcpus)) {
            return *std::move(packing);
        }
    }
    if (!require && !pin(1, all, vcpus)) {
        Cores single;
        for (const CpuSet& core : all) {
            for (const unsigned cpu : core) {
                single.push_back(CpuSet{cpu});
            }
        }
        if (auto packing = attempt(1, single, single, vcpus, reserve, Leftover::Threads, no_vcpus)) {
            return *std::move(packing);
        }
    }
    return misfit(std::string(require ? "too few thread siblings" : "too few pCPUs") + " are free (" +
                      free.to_cpulist() + ")",
                  require ? kThreadPolicy : kCpuPolicy);
}

} // namespace nova_rt
