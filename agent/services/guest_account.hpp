// An answer read out vCPU by vCPU: what each is, where it runs, who decided it, and what the guest costs.
#pragma once

#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// One choice and the keys it follows from.
struct Decision {
    std::string subject; ///< "cpu policy", "realtime vCPUs"
    std::string choice;  ///< "dedicated", "2-3"
    std::string because; ///< "hw:cpu_policy=dedicated from the flavor"
};

/// A thread of the same core as a vCPU's pCPU.
struct CoreMate {
    PcpuId pcpu;
    std::string occupant; ///< "vCPU 1", "emulator threads", "idle, taken by isolate"
};

struct VcpuAccount {
    VcpuId vcpu;
    bool realtime = false;
    std::optional<PcpuId> pcpu; ///< none: it floats
    CpuSet float_pcpus;         ///< where it floats; empty when that is not limited
    std::optional<HostCellId> host_cell;
    std::string scheduler; ///< "fifo 1", "other"
    std::vector<CoreMate> siblings;
    std::string because; ///< what makes it realtime or not, and pinned or not
};

struct MemoryAccount {
    GuestCellId guest_cell;
    HostCellId host_cell;
    MiB memory;
    std::optional<KiB> page_size; ///< none: no size was asked for
};

/// pCPUs that nobody else can be pinned to while the guest runs.
struct GuestCost {
    std::size_t for_vcpus = 0;
    std::size_t for_emulator = 0;
    std::size_t idle_siblings = 0; ///< left idle because isolate takes whole cores

    [[nodiscard]] std::size_t total() const { return for_vcpus + for_emulator + idle_siblings; }
};

struct GuestAccount {
    std::vector<Decision> decisions;
    std::vector<VcpuAccount> vcpus; ///< empty without a plan
    CpuSet emulator_pcpus;          ///< empty: not pinned
    std::vector<MemoryAccount> memory;
    GuestCost cost;
};

/// Empty for a refusal.
[[nodiscard]] GuestAccount account_of(const TranslationInput& input, const Translation& translation);

/// {"decisions", "vcpus", "emulator_pcpus", "memory", "cost"}.
[[nodiscard]] nlohmann::json to_json(const GuestAccount& account);

/// "4 KiB", "2 MiB", "1 GiB": the largest unit that leaves no fraction.
[[nodiscard]] std::string in_words(KiB size);

} // namespace nova_rt
