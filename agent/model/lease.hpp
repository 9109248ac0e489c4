// A running realtime guest's claim on pCPUs.
#pragma once

#include "base/cpu_set.hpp"
#include "base/domain_uuid.hpp"
#include "base/ids.hpp"
#include "model/guest_domain.hpp"
#include "model/guest_threads.hpp"
#include "model/scheduling.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace nova_rt {

/// How far a guest has come. Host-wide settings follow from Prepared on, thread settings from Started on.
enum class LeaseStage { Prepared, Started };

/// Held from the hook's `prepare` until `release`. desired = f(baseline, all leases). Says everything the
/// isolation engine needs to know about the guest, so that neither XML nor libvirt is asked again.
struct Lease {
    DomainUuid uuid;
    std::string domain_name; ///< for people; never a key or path
    LeaseStage stage = LeaseStage::Prepared;
    CpuSet realtime_pcpus; ///< what must be quiet
    CpuSet other_pcpus;    ///< pins of non-realtime vCPUs, emulator and IOThreads
    IsolationPolicy policy;
    std::map<VcpuId, CpuSet> vcpu_pins;
    std::map<VcpuId, Scheduling> vcpu_scheduling;
    std::optional<CpuSet> emulator_pins;
    std::optional<GuestThreads> threads; ///< from Started on
    std::int64_t taken_at = 0;           ///< seconds since the epoch

    friend bool operator==(const Lease&, const Lease&) = default;
};

/// Whether the guest is realtime and its policy is not off.
[[nodiscard]] bool takes_lease(const GuestDomain& guest);

/// The claim that follows from a domain's XML, at stage Prepared.
[[nodiscard]] Lease lease_for(const GuestDomain& guest);

} // namespace nova_rt
