// The journal's stored form.
#pragma once

#include "base/result.hpp"
#include "isolation/journal.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

inline constexpr unsigned kJournalVersion = 1;

[[nodiscard]] std::string encode_journal(const Journal& journal);

/// Corrupt for a torn or damaged document, Unsupported for another version. The boot id is the caller's to
/// compare.
[[nodiscard]] Result<Journal> decode_journal(std::string_view document);

} // namespace nova_rt
