#include "isolation/journal.hpp"

#include <algorithm>

namespace nova_rt {

bool Journal::mentions(const DomainUuid& guest) const {
    return admitted.contains(guest) ||
           std::ranges::any_of(entries, [&](const auto& entry) { return entry.second.owner == guest; }) ||
           std::ranges::any_of(intent, [&](const Change& change) { return change.owner == guest; });
}

} // namespace nova_rt
