#include "adapters/journal/file_journal_store.hpp"

namespace nova_rt {

namespace {

constexpr const char* kFileName = "journal";
constexpr const char* kDamagedName = "journal.damaged";

} // namespace

Result<std::optional<std::string>> FileJournalStore::load() const {
    return directory_.read(kFileName);
}

Status FileJournalStore::store(std::string_view document) {
    return directory_.replace(kFileName, document);
}

Status FileJournalStore::set_aside() {
    return directory_.rename(kFileName, kDamagedName);
}

Status FileJournalStore::clear() {
    return directory_.remove(kFileName);
}

} // namespace nova_rt
