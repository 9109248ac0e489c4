#include "adapters/journal/file_lease_store.hpp"

namespace nova_rt {

Result<std::map<DomainUuid, std::string>> FileLeaseStore::load_all() const {
    NOVA_RT_TRY_ASSIGN(names, directory_.list());
    std::map<DomainUuid, std::string> documents;
    for (const auto& name : names) {
        const auto guest = DomainUuid::parse(name);
        if (!guest || guest->to_string() != name) {
            continue;
        }
        NOVA_RT_TRY_ASSIGN(document, directory_.read(name));
        if (document) { // otherwise removed meanwhile
            documents.emplace(*guest, std::move(*document));
        }
    }
    return documents;
}

Result<std::optional<std::string>> FileLeaseStore::load(const DomainUuid& guest) const {
    return directory_.read(guest.to_string());
}

Status FileLeaseStore::store(const DomainUuid& guest, std::string_view document) {
    return directory_.replace(guest.to_string(), document);
}

Status FileLeaseStore::remove(const DomainUuid& guest) {
    return directory_.remove(guest.to_string());
}

} // namespace nova_rt
