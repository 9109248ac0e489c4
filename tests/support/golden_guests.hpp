// Guests that together reach every composer; their XML is recorded in tests/golden.
#pragma once

#include "domainxml/domain_spec.hpp"

#include <string>
#include <vector>

namespace nova_rt::test {

struct GoldenGuest {
    std::string name;          ///< of the file in tests/golden, without ".xml"
    std::string template_name; ///< of the file in xml-templates
    DomainSpec spec;
};

[[nodiscard]] std::vector<GoldenGuest> golden_guests();

/// A realtime guest of four vCPUs on one cell: vCPU 0 is housekeeping, 1 to 3 are FIFO, nothing else is
/// asked.
[[nodiscard]] DomainSpec realtime_guest();

} // namespace nova_rt::test
