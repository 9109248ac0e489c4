#include "isolation/state_repository.hpp"

#include "isolation/journal_codec.hpp"
#include "isolation/lease_codec.hpp"

#include <chrono>
#include <utility>

namespace nova_rt {

namespace {

constexpr std::string_view kBootIdFile = "proc/sys/kernel/random/boot_id";

Finding unreadable(Finding::Severity severity, std::string subject, std::string text,
                   std::optional<DomainUuid> guest) {
    return Finding{.kind = FindingKind::StateUnreadable,
                   .severity = severity,
                   .subject = std::move(subject),
                   .text = std::move(text),
                   .guest = guest};
}

} // namespace

Result<std::string> StateRepository::boot_id() const {
    return ports_.reader.read(kBootIdFile);
}

Result<LoadedJournal> StateRepository::load_journal() const {
    NOVA_RT_TRY_ASSIGN(boot, boot_id());
    NOVA_RT_TRY_ASSIGN(document, ports_.journal.load());
    LoadedJournal loaded;
    loaded.document = std::move(document);
    loaded.journal.boot_id = boot;
    if (!loaded.document) {
        return loaded;
    }
    auto journal = decode_journal(*loaded.document);
    if (!journal && journal.error().code() == ErrorCode::Unsupported) {
        return fail(journal.error());
    }
    if (!journal) {
        loaded.damaged = true;
        loaded.findings.push_back(unreadable(
            Finding::Severity::Error, "journal",
            journal.error().message() + ": set aside; the values the host has now are taken for its own",
            {}));
        return loaded;
    }
    if (journal->boot_id != boot) {
        loaded.of_other_boot = true;
        loaded.findings.push_back(unreadable(
            Finding::Severity::Info, "journal",
            "journal of boot " + journal->boot_id + " discarded: the reboot undid what it lists", {}));
        return loaded;
    }
    loaded.journal = *std::move(journal);
    return loaded;
}

Status StateRepository::discard_unusable(const LoadedJournal& loaded) {
    if (loaded.damaged) {
        return ports_.journal.set_aside();
    }
    return loaded.of_other_boot ? ports_.journal.clear() : Status{};
}

Status StateRepository::store_journal(Journal& journal) {
    if (journal.empty()) {
        return ports_.journal.clear();
    }
    ++journal.sequence;
    journal.stored_at =
        std::chrono::duration_cast<std::chrono::seconds>(ports_.clock.now().time_since_epoch()).count();
    return ports_.journal.store(encode_journal(journal));
}

Status StateRepository::restore_journal(const std::optional<std::string>& document) {
    return document ? ports_.journal.store(*document) : ports_.journal.clear();
}

Result<LoadedLeases> StateRepository::load_leases() const {
    NOVA_RT_TRY_ASSIGN(boot, boot_id());
    LoadedLeases loaded;
    NOVA_RT_TRY_ASSIGN(documents, ports_.leases.load_all());
    loaded.documents = std::move(documents);
    for (const auto& [guest, document] : loaded.documents) {
        auto decoded = decode_lease(document);
        if (!decoded) {
            loaded.findings.push_back(unreadable(Finding::Severity::Error, "lease of " + guest.to_string(),
                                                 decoded.error().message(), guest));
        } else if (decoded->boot_id != boot) {
            loaded.findings.push_back(unreadable(Finding::Severity::Info, "lease of " + guest.to_string(),
                                                 "lease of boot " + decoded->boot_id + " is void", guest));
        } else {
            loaded.leases.emplace(guest, std::move(decoded->lease));
        }
    }
    return loaded;
}

Result<std::optional<Lease>> StateRepository::load_lease(const DomainUuid& guest) const {
    NOVA_RT_TRY_ASSIGN(boot, boot_id());
    NOVA_RT_TRY_ASSIGN(document, ports_.leases.load(guest));
    auto decoded = document ? decode_lease(*document) : Result<LeaseDocument>(LeaseDocument{});
    if (!document || !decoded || decoded->boot_id != boot) {
        return std::nullopt;
    }
    return std::move(decoded->lease);
}

Result<std::optional<std::string>> StateRepository::lease_document(const DomainUuid& guest) const {
    return ports_.leases.load(guest);
}

Status StateRepository::store_lease(const Lease& lease) {
    NOVA_RT_TRY_ASSIGN(boot, boot_id());
    return ports_.leases.store(lease.uuid, encode_lease({.boot_id = boot, .lease = lease}));
}

Status StateRepository::remove_lease(const DomainUuid& guest) {
    return ports_.leases.remove(guest);
}

Status StateRepository::restore_lease(const DomainUuid& guest, const std::optional<std::string>& document) {
    return document ? ports_.leases.store(guest, *document) : ports_.leases.remove(guest);
}

} // namespace nova_rt
