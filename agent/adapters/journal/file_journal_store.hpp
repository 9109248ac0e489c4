// JournalStore in a private directory.
#pragma once

#include "adapters/journal/state_directory.hpp"
#include "ports/journal_store.hpp"

#include <utility>

namespace nova_rt {

/// Keeps the journal in the file "journal"; one set aside becomes "journal.damaged".
class FileJournalStore final : public JournalStore {
public:
    explicit FileJournalStore(StateDirectory directory) : directory_(std::move(directory)) {}

    [[nodiscard]] Result<std::optional<std::string>> load() const override;
    [[nodiscard]] Status store(std::string_view document) override;
    [[nodiscard]] Status set_aside() override;
    [[nodiscard]] Status clear() override;

private:
    StateDirectory directory_;
};

} // namespace nova_rt
