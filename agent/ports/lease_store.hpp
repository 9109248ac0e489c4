// The seam to the leases: one document per guest, readable and writable without the host lock.
#pragma once

#include "base/domain_uuid.hpp"
#include "base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace nova_rt {

/// Keeps one document per guest. Each operation is atomic; none needs the host lock.
class LeaseStore {
public:
    LeaseStore() = default;
    LeaseStore(const LeaseStore&) = delete;
    LeaseStore& operator=(const LeaseStore&) = delete;
    virtual ~LeaseStore() = default;

    /// Files that are not named by a UUID are not listed.
    [[nodiscard]] virtual Result<std::map<DomainUuid, std::string>> load_all() const = 0;
    /// Nothing when the guest has no lease.
    [[nodiscard]] virtual Result<std::optional<std::string>> load(const DomainUuid& guest) const = 0;
    /// Durable when it returns.
    [[nodiscard]] virtual Status store(const DomainUuid& guest, std::string_view document) = 0;
    /// Success when there was none.
    [[nodiscard]] virtual Status remove(const DomainUuid& guest) = 0;
};

} // namespace nova_rt
