#include "domainxml/domain_reader.hpp"

#include "domain_xml_samples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using test::domain_with;
using test::domain_with_extra_specs;
using testing::HasSubstr;

TEST(DomainReader, ReadsIdentityAndSize) {
    const auto guest = read_guest_domain(domain_with(""));
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_EQ(guest->uuid.to_string(), test::kUuid);
    EXPECT_EQ(guest->name, "instance-00000001");
    EXPECT_EQ(guest->vcpu_count, 4U);
    EXPECT_FALSE(guest->default_pins);
    EXPECT_FALSE(guest->flavor_name);
    EXPECT_EQ(guest->policy.mode, IsolationMode::Off);
}

TEST(DomainReader, ReadsWhereThreadsWithoutPinRun) {
    const std::string head = "<domain><uuid>" + std::string(test::kUuid) + "</uuid><name>x</name>";
    const auto confined = read_guest_domain(head + "<vcpu cpuset='0-3,^1'>2</vcpu></domain>");
    const auto automatic = read_guest_domain(head + "<vcpu placement='auto' cpuset='0-3'>2</vcpu></domain>");
    const auto bare = read_guest_domain(head + "</domain>");
    ASSERT_TRUE(confined && automatic && bare);
    EXPECT_EQ(confined->default_pins, (CpuSet{0, 2, 3}));
    EXPECT_FALSE(automatic->default_pins);
    EXPECT_EQ(bare->vcpu_count, 1U);
}

TEST(DomainReader, RefusesDomainsWithoutExactlyOneIdentity) {
    const std::string uuid = "<uuid>" + std::string(test::kUuid) + "</uuid>";
    const std::string name = "<name>x</name>";
    for (const std::string& inside :
         {name, uuid, uuid + uuid + name, uuid + name + name, uuid + "<name/>", uuid + "<name>  </name>",
          "<uuid/>" + name, "<uuid>../../etc</uuid>" + name,
          "<uuid>" + std::string(1000, '1') + "</uuid>" + name}) {
        const auto guest = read_guest_domain("<domain>" + inside + "</domain>");
        ASSERT_FALSE(guest) << inside;
        EXPECT_EQ(guest.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(guest.error().message(), HasSubstr("read domain XML"));
    }
}

TEST(DomainReader, RefusesOtherDocuments) {
    EXPECT_FALSE(read_guest_domain("<network/>"));
    EXPECT_FALSE(read_guest_domain("<domain xmlns='urn:x'/>"));
    EXPECT_FALSE(read_guest_domain(""));
}

TEST(DomainReader, RefusesImpossibleVcpuCounts) {
    for (const char* count : {"0", "", "-1", "8193", "99999999999999999999", "4 4", "four", "\xD9\xA4"}) {
        const auto guest = read_guest_domain("<domain><uuid>" + std::string(test::kUuid) +
                                             "</uuid><name>x</name><vcpu>" + count + "</vcpu></domain>");
        ASSERT_FALSE(guest) << count;
        EXPECT_THAT(guest.error().message(), HasSubstr("<vcpu>"));
    }
}

TEST(DomainReader, DoesNotLookAtDevices) {
    const auto guest = read_guest_domain(domain_with(
        "<devices><interface type='vhostuser'><source mode='nonsense'/></interface><disk/></devices>"));
    ASSERT_TRUE(guest) << guest.error().message();
}

TEST(DomainReader, RefusesHundredMegabytesUnread) {
    const auto guest = read_guest_domain(std::string(100'000'000, '<'));
    ASSERT_FALSE(guest);
    EXPECT_EQ(guest.error().code(), ErrorCode::NoSpace);
}

TEST(DomainReader, TakesHostileNamesAsData) {
    const auto guest = read_guest_domain("<domain><uuid>" + std::string(test::kUuid) +
                                         "</uuid><name>../../x;rm -rf %s</name></domain>");
    ASSERT_TRUE(guest);
    EXPECT_EQ(guest->name, "../../x;rm -rf %s");
}

TEST(DomainReader, TakesThePolicyFromTheFlavorsExtraSpecs) {
    const auto guest =
        read_guest_domain(domain_with_extra_specs("<n:extraSpec name='rt:isolation'>required</n:extraSpec>"
                                                  "<n:extraSpec name='rt:min_grade'>B</n:extraSpec>"));
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_EQ(guest->policy, (IsolationPolicy{.mode = IsolationMode::Required, .min_grade = Grade::B}));
    EXPECT_EQ(guest->flavor_name, "rt.small");
    EXPECT_EQ(guest->flavor_extra_specs.at("rt:isolation"), "required");
    EXPECT_EQ(guest->policy_problem, "");
}

TEST(DomainReader, DefaultsThePolicyOfARealtimeGuest) {
    const auto guest = read_guest_domain(domain_with_extra_specs(""));
    ASSERT_TRUE(guest);
    EXPECT_EQ(guest->policy, (IsolationPolicy{.mode = IsolationMode::BestEffort, .min_grade = Grade::C}));
}

TEST(DomainReader, KeepsTheDefaultAndSaysSoWhenThePolicyIsWrong) {
    const auto guest =
        read_guest_domain(domain_with_extra_specs("<n:extraSpec name='rt:isolation'>maximal</n:extraSpec>"));
    ASSERT_TRUE(guest);
    EXPECT_EQ(guest->policy.mode, IsolationMode::BestEffort);
    EXPECT_THAT(guest->policy_problem, HasSubstr("maximal"));
}

TEST(DomainReader, NeverTakesThePolicyFromTheImage) {
    const auto guest = read_guest_domain(
        domain_with("<metadata><n:instance xmlns:n='http://openstack.org/xmlns/libvirt/nova/1.1'>"
                    "<n:image uuid='1'><n:properties><n:property name='rt:isolation'>required</n:property>"
                    "</n:properties></n:image></n:instance></metadata>"));
    ASSERT_TRUE(guest);
    EXPECT_EQ(guest->policy.mode, IsolationMode::Off);
    EXPECT_TRUE(guest->flavor_extra_specs.empty());
}

} // namespace
} // namespace nova_rt
