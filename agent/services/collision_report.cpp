#include "services/collision_report.hpp"

#include <algorithm>

namespace nova_rt {

namespace {

/// Where anything of the guest is pinned to, unless it is not pinned at all.
CpuSet all_pins(const GuestDomain& guest) {
    CpuSet pins = guest.emulator_pins.value_or(CpuSet{});
    for (const auto& [vcpu, cpus] : guest.vcpu_pins) {
        pins |= cpus;
    }
    for (const auto& [iothread, cpus] : guest.iothread_pins) {
        pins |= cpus;
    }
    return pins;
}

} // namespace

std::vector<CollisionStatus> find_collisions(const std::vector<GuestDomain>& guests,
                                             const std::vector<PmdThread>& pmds) {
    std::vector<CollisionStatus> collisions;
    for (auto first = guests.begin(); first != guests.end(); ++first) {
        for (auto second = std::next(first); second != guests.end(); ++second) {
            const CpuSet pcpus =
                (first->realtime_pcpus() & all_pins(*second)) | (second->realtime_pcpus() & all_pins(*first));
            if (pcpus.empty()) {
                continue;
            }
            const auto [low, high] = std::minmax(first->uuid, second->uuid);
            collisions.push_back({pcpus,
                                  {low, high},
                                  "pCPU " + pcpus.to_cpulist() +
                                      " carries a realtime vCPU of one of the guests " + low.to_string() +
                                      " and " + high.to_string() + " and is a pin of the other"});
        }
    }
    for (const auto& guest : guests) {
        if (const CpuSet polled = guest.realtime_pcpus() & pcpus_of(pmds); !polled.empty()) {
            collisions.push_back({polled,
                                  {guest.uuid},
                                  "pCPU " + polled.to_cpulist() + " carries a realtime vCPU of guest " +
                                      guest.uuid.to_string() + " and is polled by " +
                                      describe_on(pmds, polled)});
        }
    }
    return collisions;
}

} // namespace nova_rt
