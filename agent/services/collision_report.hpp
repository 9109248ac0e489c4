// Guests that get in each other's way.
#pragma once

#include "model/guest_domain.hpp"
#include "model/status.hpp"

#include <vector>

namespace nova_rt {

/// One entry per pair of guests of which one has a realtime vCPU on a pCPU that a vCPU, the emulator or an
/// IOThread of the other is pinned to, and one per guest with a realtime vCPU on a pCPU that a switch polls.
/// Guests without pins float and are not compared.
[[nodiscard]] std::vector<CollisionStatus> find_collisions(const std::vector<GuestDomain>& guests,
                                                           const std::vector<PmdThread>& pmds);

} // namespace nova_rt
