// A running realtime guest's claim on pCPUs.
#pragma once

#include "base/cpu_set.hpp"
#include "base/domain_uuid.hpp"
#include "model/guest_domain.hpp"

#include <string>

namespace nova_rt {

/// How far a guest has come. Host-wide settings follow from Prepared on, thread settings from Started on.
enum class LeaseStage { Prepared, Started };

/// Held from the hook's `prepare` until `release`. desired = f(baseline, all leases).
struct Lease {
    DomainUuid uuid;
    std::string domain_name; ///< for people; never a key or path
    LeaseStage stage = LeaseStage::Prepared;
    CpuSet realtime_pcpus; ///< what must be quiet
    CpuSet other_pcpus;    ///< pins of non-realtime vCPUs, emulator and IOThreads
    IsolationPolicy policy;

    friend bool operator==(const Lease&, const Lease&) = default;
};

} // namespace nova_rt
