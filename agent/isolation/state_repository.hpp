// Journal and leases as values: decoded, of this boot, with everything unreadable reported.
#pragma once

#include "base/domain_uuid.hpp"
#include "base/result.hpp"
#include "isolation/engine_ports.hpp"
#include "isolation/journal.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// The journal, and its stored form to go back to.
struct LoadedJournal {
    Journal journal; ///< empty when there is none, or none that can be used
    std::optional<std::string> document;
    bool damaged = false;       ///< torn: set it aside before the next store
    bool of_other_boot = false; ///< what it says is void
    std::vector<Finding> findings;
};

struct LoadedLeases {
    std::map<DomainUuid, Lease> leases;
    std::map<DomainUuid, std::string> documents; ///< all of them, readable or not
    std::vector<Finding> findings;
};

class StateRepository {
public:
    explicit StateRepository(const EnginePorts& ports) : ports_(ports) {}

    /// Reads without changing anything. Unsupported when the journal has another version: nothing may be
    /// written then, its baselines would be lost.
    [[nodiscard]] Result<LoadedJournal> load_journal() const;
    /// Removes from the store what load_journal() could not use.
    [[nodiscard]] Status discard_unusable(const LoadedJournal& loaded);
    /// Stores the journal under the next sequence number, or removes an empty one.
    [[nodiscard]] Status store_journal(Journal& journal);
    /// Puts a document back that load_journal() returned.
    [[nodiscard]] Status restore_journal(const std::optional<std::string>& document);

    [[nodiscard]] Result<LoadedLeases> load_leases() const;
    /// Nothing when there is none that can be used.
    [[nodiscard]] Result<std::optional<Lease>> load_lease(const DomainUuid& guest) const;
    [[nodiscard]] Result<std::optional<std::string>> lease_document(const DomainUuid& guest) const;
    [[nodiscard]] Status store_lease(const Lease& lease);
    [[nodiscard]] Status remove_lease(const DomainUuid& guest);
    /// Puts back what lease_document() returned.
    [[nodiscard]] Status restore_lease(const DomainUuid& guest, const std::optional<std::string>& document);

private:
    [[nodiscard]] Result<std::string> boot_id() const;

    EnginePorts ports_;
};

} // namespace nova_rt
