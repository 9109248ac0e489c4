// What the product has changed on this host since boot, and what each setting read before.
#pragma once

#include "base/domain_uuid.hpp"
#include "model/change.hpp"
#include "model/setting.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nova_rt {

/// One setting that was touched.
struct JournalEntry {
    std::string knob;
    std::string baseline;               ///< the value without us: what it reads when the last lease goes
    std::optional<std::string> written; ///< what we wrote last, as the host reads it; none: never written
    std::optional<DomainUuid> owner;    ///< the guest whose thread it is; none for host-wide settings

    friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

/// The settings that are not, or may not be, at their baseline. `intent` holds the writes of a transition
/// that has begun: durable before the first of them, empty after the commit.
struct Journal {
    std::string boot_id;
    std::uint64_t sequence = 0; ///< grows with every stored version
    std::int64_t stored_at = 0; ///< seconds since the epoch, for people
    std::map<Setting, JournalEntry> entries;
    std::set<DomainUuid> admitted; ///< guests whose lease has been applied
    /// What the kernel refused to move for the admitted guests; not tried again until that set changes.
    std::set<Setting> immovable;
    std::vector<Change> intent;

    [[nodiscard]] bool empty() const { return entries.empty() && admitted.empty() && intent.empty(); }

    /// Whether anything in it belongs to the guest.
    [[nodiscard]] bool mentions(const DomainUuid& guest) const;

    friend bool operator==(const Journal&, const Journal&) = default;
};

} // namespace nova_rt
