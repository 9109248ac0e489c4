#include "services/running_guests.hpp"

#include "base/text.hpp"
#include "domainxml/resident_guest_reader.hpp"

#include <string>
#include <utility>

namespace nova_rt {

RunningGuests running_guests(const DomainSnapshot& snapshot, const DomainUuid& asked) {
    RunningGuests found;
    const auto note = [&](Reason::Severity severity, std::string subject, std::string text) {
        found.notes.push_back({.severity = severity, .subject = std::move(subject), .text = std::move(text)});
    };
    if (!snapshot.as_of || !snapshot.error.empty()) {
        note(Reason::Severity::Warning, "running guests",
             "not counted, libvirt does not answer: " +
                 (snapshot.error.empty() ? std::string("no reason is known") : snapshot.error));
        return found;
    }
    for (const DomainRecord& record : snapshot.domains) {
        const std::string subject = "guest " + quoted(record.name);
        if (record.uuid == asked) {
            note(Reason::Severity::Info, subject,
                 "is the guest asked about: what it holds now is not counted");
            continue;
        }
        auto guest = read_resident_guest(record.xml);
        if (!guest) {
            note(Reason::Severity::Warning, subject, "not counted: " + guest.error().message());
            continue;
        }
        found.guests.push_back(*std::move(guest));
    }
    return found;
}

} // namespace nova_rt
