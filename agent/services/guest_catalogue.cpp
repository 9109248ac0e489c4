#include "services/guest_catalogue.hpp"

#include "domainxml/domain_reader.hpp"

#include <set>

namespace nova_rt {

const GuestCatalogue::Parsed& GuestCatalogue::parsed(const DomainRecord& record) {
    auto& entry = parsed_[record.uuid];
    if (!entry.xml.empty() && entry.xml == record.xml) {
        return entry;
    }
    entry = {record.xml, {}, ""};
    auto guest = read_guest_domain(record.xml);
    if (guest && guest->uuid == record.uuid) {
        entry.guest = *std::move(guest);
    } else {
        entry.problem = guest ? "its XML names another UUID" : guest.error().message();
        entry.guest.uuid = record.uuid;
        entry.guest.name = record.name;
    }
    return entry;
}

const std::vector<KnownGuest>& GuestCatalogue::update(const DomainSnapshot& snapshot) {
    std::set<DomainUuid> present;
    guests_.clear();
    for (const auto& record : snapshot.domains) {
        const Parsed& entry = parsed(record);
        guests_.push_back(
            {record.uuid, record.name, record.state, record.starting, entry.guest, entry.problem});
        present.insert(record.uuid);
    }
    std::erase_if(parsed_, [&](const auto& entry) { return !present.contains(entry.first); });
    return guests_;
}

} // namespace nova_rt
