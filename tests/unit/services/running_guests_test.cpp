#include "services/running_guests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

constexpr const char* kUuid = "aaaaaaaa-0000-4000-8000-00000000000";

DomainRecord record(char last, const std::string& inside) {
    const std::string uuid = std::string(kUuid) + last;
    return {.uuid = DomainUuid::parse(uuid).value(),
            .name = std::string("guest-") + last,
            .state = DomainState::Paused,
            .starting = false,
            .xml = "<domain><uuid>" + uuid + "</uuid><name>guest-" + last + "</name>" + inside + "</domain>"};
}

DomainSnapshot answered(std::vector<DomainRecord> domains) {
    DomainSnapshot snapshot;
    snapshot.connected = true;
    snapshot.as_of = std::chrono::system_clock::now();
    snapshot.domains = std::move(domains);
    return snapshot;
}

const DomainUuid kNobody = DomainUuid::parse("bbbbbbbb-0000-4000-8000-000000000000").value();

TEST(RunningGuests, ReadsEveryActiveDomain) {
    const auto found = running_guests(
        answered({record('1', "<vcpu>2</vcpu><cputune><vcpupin vcpu='1' cpuset='7'/></cputune>"),
                  record('2', "<vcpu>1</vcpu>")}),
        kNobody);
    EXPECT_TRUE(found.notes.empty());
    ASSERT_EQ(found.guests.size(), 2U);
    EXPECT_EQ(found.guests[0].domain.vcpu_pins.at(VcpuId{1}), CpuSet{7});
}

TEST(RunningGuests, LeavesOutTheGuestThatIsAskedAbout) {
    const auto asked = record('1', "<vcpu>1</vcpu>");
    const auto found = running_guests(answered({asked}), asked.uuid);
    EXPECT_TRUE(found.guests.empty());
    ASSERT_EQ(found.notes.size(), 1U);
    EXPECT_EQ(found.notes[0].severity, Reason::Severity::Info);
    EXPECT_THAT(found.notes[0].text, HasSubstr("is the guest asked about"));
}

TEST(RunningGuests, WarnsOfADomainThatCannotBeRead) {
    const auto found = running_guests(answered({record('1', "<vcpu>many</vcpu>"), record('2', "")}), kNobody);
    EXPECT_EQ(found.guests.size(), 1U);
    ASSERT_EQ(found.notes.size(), 1U);
    EXPECT_EQ(found.notes[0].severity, Reason::Severity::Warning);
    EXPECT_EQ(found.notes[0].subject, "guest \"guest-1\"");
    EXPECT_THAT(found.notes[0].text, HasSubstr("\"many\""));
}

TEST(RunningGuests, WarnsWhenLibvirtDoesNotAnswer) {
    DomainSnapshot silent = answered({record('1', "")});
    silent.error = "connection refused";
    const auto found = running_guests(silent, kNobody);
    EXPECT_TRUE(found.guests.empty()) << "old news are not counted";
    ASSERT_EQ(found.notes.size(), 1U);
    EXPECT_EQ(found.notes[0].severity, Reason::Severity::Warning);
    EXPECT_THAT(found.notes[0].text, HasSubstr("connection refused"));
    EXPECT_EQ(running_guests(DomainSnapshot{}, kNobody).notes.size(), 1U);
}

} // namespace
} // namespace nova_rt
