// The running guests as libvirt's XML describes them, parsed once per change.
#pragma once

#include "model/guest_domain.hpp"
#include "ports/domain_inventory.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace nova_rt {

struct KnownGuest {
    DomainUuid uuid;
    std::string name;
    DomainState state = DomainState::NoState;
    bool starting = false; ///< the hook has not been told `started` yet
    GuestDomain guest;     ///< only the identity is set when there is a problem
    std::string problem;   ///< why the XML cannot be used; empty when it can
};

class GuestCatalogue {
public:
    /// The guests of the snapshot, ascending by UUID.
    [[nodiscard]] const std::vector<KnownGuest>& update(const DomainSnapshot& snapshot);

private:
    struct Parsed {
        std::string xml;
        GuestDomain guest;
        std::string problem;
    };

    [[nodiscard]] const Parsed& parsed(const DomainRecord& record);

    std::map<DomainUuid, Parsed> parsed_;
    std::vector<KnownGuest> guests_;
};

} // namespace nova_rt
