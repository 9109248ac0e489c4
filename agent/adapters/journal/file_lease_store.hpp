// LeaseStore in a private directory.
#pragma once

#include "adapters/journal/state_directory.hpp"
#include "ports/lease_store.hpp"

#include <utility>

namespace nova_rt {

/// Keeps each lease in a file named by the guest's UUID. The directory holds nothing else.
class FileLeaseStore final : public LeaseStore {
public:
    explicit FileLeaseStore(StateDirectory directory) : directory_(std::move(directory)) {}

    [[nodiscard]] Result<std::map<DomainUuid, std::string>> load_all() const override;
    [[nodiscard]] Result<std::optional<std::string>> load(const DomainUuid& guest) const override;
    [[nodiscard]] Status store(const DomainUuid& guest, std::string_view document) override;
    [[nodiscard]] Status remove(const DomainUuid& guest) override;

private:
    StateDirectory directory_;
};

} // namespace nova_rt
