// What libvirt says runs here, as a question about this host counts it.
#pragma once

#include "model/pinning_plan.hpp"
#include "model/resident_guest.hpp"
#include "ports/domain_inventory.hpp"

#include <vector>

namespace nova_rt {

struct RunningGuests {
    std::vector<ResidentGuest> guests;
    std::vector<Reason> notes; ///< what could not be counted, and why
};

/// The active domains of a snapshot, running and paused, without the guest that is asked about. A domain
/// whose XML cannot be read becomes a warning. Without a connection nothing is counted, and a warning says
/// so.
[[nodiscard]] RunningGuests running_guests(const DomainSnapshot& snapshot, const DomainUuid& asked);

} // namespace nova_rt
