// The journal and the leases as an operator reads them.
#pragma once

#include "isolation/journal.hpp"
#include "model/lease.hpp"

#include <string>
#include <vector>

namespace nova_rt {

enum class JournalFormat { Text, Json };

/// Leases, the settings they changed with baseline and present value, and writes that were announced and not
/// committed.
[[nodiscard]] std::string to_text(const Journal& journal, const std::vector<Lease>& leases,
                                  JournalFormat format);

} // namespace nova_rt
