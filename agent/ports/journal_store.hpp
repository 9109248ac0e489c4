// The seam to the place where the journal survives a crash of this process (not a reboot).
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nova_rt {

/// Keeps one document. The format is isolation/journal_codec's matter.
class JournalStore {
public:
    JournalStore() = default;
    JournalStore(const JournalStore&) = delete;
    JournalStore& operator=(const JournalStore&) = delete;
    virtual ~JournalStore() = default;

    /// What was stored last; nothing when there is no journal.
    [[nodiscard]] virtual Result<std::optional<std::string>> load() const = 0;
    /// Durable when it returns; a crash leaves the old document or the new one, never a mixture.
    [[nodiscard]] virtual Status store(std::string_view document) = 0;
    /// Keeps the present document aside for people, replacing one kept earlier, and starts without a journal.
    [[nodiscard]] virtual Status set_aside() = 0;
    /// Removes the journal; success when there was none.
    [[nodiscard]] virtual Status clear() = 0;
};

} // namespace nova_rt
