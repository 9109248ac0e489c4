#include "cli/journal_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using testing::HasSubstr;

Journal one_entry() {
    Journal journal;
    journal.boot_id = "b00t";
    journal.entries[Setting::attribute("proc/irq/24/smp_affinity_list", ValueFormat::CpuList)] = {
        .knob = "irq_affinity", .baseline = "0-1", .written = "0", .owner = {}};
    return journal;
}

TEST(JournalDocument, TellsWhatIsHeldAndWhatItWas) {
    const auto text = to_text(one_entry(), {}, JournalFormat::Text);
    EXPECT_THAT(text, HasSubstr("/proc/irq/24/smp_affinity_list: 0 (baseline 0-1, irq_affinity)"));
    EXPECT_EQ(to_text(Journal{}, {}, JournalFormat::Text), "nothing is held\n");
}

TEST(JournalDocument, EscapesGuestNamesInBothFormats) {
    Lease lease;
    lease.uuid = *DomainUuid::parse("00000000-0000-4000-8000-000000000001");
    lease.domain_name = "evil\x1b[31m\xff\n";
    const auto text = to_text({}, {lease}, JournalFormat::Text);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(text, HasSubstr("\\x1b"));
    const auto document = nlohmann::json::parse(to_text({}, {lease}, JournalFormat::Json));
    EXPECT_EQ(document.at("leases").at(0).at("uuid"), lease.uuid.to_string());
}

TEST(JournalDocument, ShowsAnnouncedWrites) {
    Journal journal = one_entry();
    journal.intent.push_back(
        {.setting = Setting::attribute("proc/irq/25/smp_affinity_list", ValueFormat::CpuList),
         .knob = "irq_affinity",
         .before = "0-1",
         .after = "0"});
    EXPECT_THAT(to_text(journal, {}, JournalFormat::Text),
                HasSubstr("announced and not committed: /proc/irq/25"));
    const auto document = nlohmann::json::parse(to_text(journal, {}, JournalFormat::Json));
    EXPECT_EQ(document.at("intent").size(), 1U);
    EXPECT_EQ(document.at("entries").at(0).at("baseline"), "0-1");
}

} // namespace
} // namespace nova_rt
