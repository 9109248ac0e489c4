// A lease's stored form.
#pragma once

#include "base/result.hpp"
#include "model/lease.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

inline constexpr unsigned kLeaseVersion = 1;

struct LeaseDocument {
    std::string boot_id;
    Lease lease;
};

[[nodiscard]] std::string encode_lease(const LeaseDocument& document);

/// Corrupt for a torn or damaged document, Unsupported for another version. The boot id is the caller's to
/// compare.
[[nodiscard]] Result<LeaseDocument> decode_lease(std::string_view document);

} // namespace nova_rt
