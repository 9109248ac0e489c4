#include "isolation/journal_codec.hpp"

#include "isolation/document.hpp"
#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

Journal full_journal() {
    const ThreadIdentity thread{.tid = Tid{4711}, .start_time = 99};
    Journal journal{.boot_id = "boot",
                    .sequence = 7,
                    .stored_at = 1'000'000,
                    .entries = {},
                    .admitted = {guest_uuid(1)},
                    .immovable = {Setting::attribute("proc/irq/9/smp_affinity_list", ValueFormat::CpuList)},
                    .intent = {}};
    journal.entries[Setting::attribute("proc/irq/24/smp_affinity_list", ValueFormat::CpuList)] = {
        .knob = "irq_affinity", .baseline = "0-3", .written = "0-1", .owner = {}};
    journal.entries[Setting::scheduling(thread)] = {
        .knob = "vcpu_fifo", .baseline = "other 0", .written = {}, .owner = guest_uuid(1)};
    journal.entries[Setting::membership(thread, "cpuset")] = {
        .knob = "qemu_thread_placement", .baseline = "/a b", .written = "/\xc3\xa4", .owner = guest_uuid(1)};
    journal.intent = {{.setting = Setting::affinity(thread),
                       .knob = "k",
                       .before = "0",
                       .after = "1",
                       .phase = ChangePhase::ThreadMask,
                       .criticality = Criticality::Critical,
                       .owner = guest_uuid(2)},
                      {.setting = Setting::attribute("f", ValueFormat::CpuMask),
                       .knob = "",
                       .before = "",
                       .after = "\n\"",
                       .owner = {}}};
    return journal;
}

TEST(JournalCodec, KeepsEverything) {
    const auto decoded = decode_journal(encode_journal(full_journal()));
    ASSERT_TRUE(decoded) << decoded.error().message();
    EXPECT_EQ(*decoded, full_journal());
    EXPECT_EQ(decode_journal(encode_journal(Journal{})).value(), Journal{});
}

TEST(JournalCodec, RefusesAWellSealedDocumentOfAnotherShape) {
    for (
        const char* body :
        {"", "[]", "{}", "null", R"({"boot_id": 1})",
         R"({"boot_id":"b","sequence":1,"stored_at":1,"entries":[{"setting":{"kind":"nonsense"}}],"admitted":[],"immovable":[],"intent":[]})",
         R"({"boot_id":"b","sequence":1,"stored_at":1,"entries":[],"admitted":["x"],"immovable":[],"intent":[]})"}) {
        EXPECT_EQ(decode_journal(seal_document("nova-rt-journal", kJournalVersion, body)).error().code(),
                  ErrorCode::Corrupt)
            << body;
    }
}

TEST(Journal, MentionsAGuestThatIsAdmittedOrOwnsAThread) {
    EXPECT_TRUE(full_journal().mentions(guest_uuid(1)));
    EXPECT_TRUE(full_journal().mentions(guest_uuid(2))) << "only by the intent";
    EXPECT_FALSE(full_journal().mentions(guest_uuid(3)));
}

} // namespace
} // namespace nova_rt::test
