#include "domainxml/domain_augmenter.hpp"

#include "domainxml/domain_reader.hpp"
#include "domainxml/realtime_additions.hpp"
#include "domainxml/xml_document.hpp"
#include "support/domain_facts.hpp"
#include "support/recorded_cases.hpp"

#include "domain_xml_samples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace nova_rt {
namespace {

using test::domain_with;
using testing::HasSubstr;
using testing::Not;

const Properties kEveryKey = {{"rt:vcpu_priority", "20"},
                              {"rt:emulator_priority", "10"},
                              {"rt:iothreads", "2"},
                              {"rt:iothread_priority", "15"},
                              {"rt:cpu_mode", "host-passthrough"},
                              {"rt:pit", "qemu"},
                              {"rt:memory_allocation", "immediate"},
                              {"rt:memory_access", "shared"},
                              {"rt:memory_balloon", "none"},
                              {"rt:vhost_user_reconnect_s", "1"},
                              {"rt:l3_cache_kib", "3000"},
                              {"rt:memory_bandwidth_percent", "45"}};

/// A host with CAT and MBA: 16 pCPUs on each of its caches.
CacheControl divisible_caches() {
    CacheControl caches;
    for (unsigned id = 0; id < 4; ++id) {
        caches.l3.push_back({.id = id, .cpus = CpuSet::range(16 * id, 16 * id + 15), .size = KiB{20480}});
    }
    caches.allocation = CacheAllocation{.ways = 20, .min_ways = 2};
    caches.bandwidth = BandwidthAllocation{};
    return caches;
}

Result<Judged<AugmentedDomain>> augment(const std::string& xml, const Properties& extra_specs) {
    Flavor flavor;
    flavor.name = "rt.small";
    flavor.extra_specs = extra_specs;
    return augment_domain(xml, {.flavor = flavor, .caches = divisible_caches()});
}

AugmentedDomain augmented_domain(const std::string& xml, const Properties& extra_specs) {
    const auto result = augment(xml, extra_specs);
    EXPECT_TRUE(result) << result.error().message();
    EXPECT_TRUE(!result || *result) << result->error().message;
    return result && *result ? **result : AugmentedDomain{};
}

std::string augmented(const std::string& xml, const Properties& extra_specs) {
    return augmented_domain(xml, extra_specs).xml;
}

TEST(DomainAugmenter, ChangesNoFactWhenNothingIsAsked) {
    for (const auto& recorded : test::recorded_guests()) {
        const std::string xml = recorded.answer["xml"];
        const auto result =
            augmented_domain(xml, {{"hw:cpu_policy", "dedicated"}, {"rt:isolation", "best_effort"}});
        for (const auto& reason : result.reasons) {
            EXPECT_EQ(reason.subject, "rt:memory_access") << "vhost-user ports without shared memory";
        }
        EXPECT_EQ(test::differences(test::domain_facts(xml), test::domain_facts(result.xml)), "")
            << recorded.name;
    }
}

TEST(DomainAugmenter, NeverMovesAPin) {
    for (const auto& recorded : test::recorded_guests()) {
        const std::string xml = recorded.answer["xml"];
        const auto before = test::domain_facts(xml);
        const auto after = test::domain_facts(augmented(xml, kEveryKey));
        for (const char* pins : {"vcpupin", "emulatorpin", "vcpu", "numatune"}) {
            EXPECT_EQ(before[pins], after[pins]) << recorded.name;
        }
    }
}

TEST(DomainAugmenter, DoesTheSameTwiceAsOnce) {
    for (const auto& recorded : test::recorded_guests()) {
        const std::string once = augmented(recorded.answer["xml"], kEveryKey);
        EXPECT_EQ(augmented(once, kEveryKey), once) << recorded.name;
    }
}

TEST(DomainAugmenter, SetsThePriorityOfEverySplitElement) {
    const auto xml = augmented(test::domain_tuned("<vcpusched vcpus='1' scheduler='fifo' priority='1'/>"
                                                  "<vcpusched vcpus='2' scheduler='fifo' priority='1'/>"
                                                  "<vcpusched vcpus='3' scheduler='batch'/>"),
                               {{"rt:vcpu_priority", "7"}});
    const auto guest = read_guest_domain(xml);
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_EQ(guest->vcpu_scheduling.at(VcpuId{1}).priority, 7);
    EXPECT_EQ(guest->vcpu_scheduling.at(VcpuId{2}).priority, 7);
    EXPECT_EQ(guest->vcpu_scheduling.at(VcpuId{3}).policy, SchedulingPolicy::Batch);
}

TEST(DomainAugmenter, GivesDisksAndEmulatorPinsToIothreads) {
    const auto xml =
        augmented(domain_with("<iothreads>1</iothreads><cputune><emulatorpin cpuset='6-7'/><iothreadpin "
                              "iothread='1' cpuset='5'/>"
                              "</cputune><devices><disk><target dev='vda' bus='virtio'/></disk>"
                              "<disk><driver iothread='1'/><target dev='vdb' bus='virtio'/></disk>"
                              "<disk><target dev='sda' bus='sata'/></disk><disk><target dev='vdc' "
                              "bus='virtio'/></disk></devices>"),
                  {{"rt:iothreads", "2"}, {"rt:iothread_priority", "3"}});
    EXPECT_THAT(xml, HasSubstr("<iothreads>2</iothreads>"));
    EXPECT_THAT(xml, HasSubstr(R"(<iothreadpin iothread="1" cpuset="5"/>)"));
    EXPECT_THAT(xml, HasSubstr(R"(<iothreadpin iothread="2" cpuset="6-7"/>)"));
    EXPECT_THAT(xml, HasSubstr(R"(<iothreadsched iothreads="1-2" scheduler="fifo" priority="3"/>)"));
    const auto document = XmlDocument::parse(xml);
    ASSERT_TRUE(document);
    std::string attached;
    for (const auto& disk : document->root().child("devices")->children("disk")) {
        const auto driver = disk.child("driver");
        attached += (driver ? driver->attribute("iothread").value_or("-") : "-") + " ";
    }
    EXPECT_EQ(attached, "1 1 - 1 ");
}

TEST(DomainAugmenter, KeepsMoreIothreadsThanAreAsked) {
    const auto xml = augmented(domain_with("<iothreads>4</iothreads>"), {{"rt:iothreads", "2"}});
    EXPECT_THAT(xml, HasSubstr("<iothreads>4</iothreads>"));
}

TEST(DomainAugmenter, WarnsOfKeysWithNothingToActOn) {
    const Properties keys = {{"rt:vcpu_priority", "1"},   {"rt:iothread_priority", "1"},
                             {"rt:pit", "qemu"},          {"rt:vhost_user_reconnect_s", "1"},
                             {"rt:l3_cache_kib", "1024"}, {"rt:memory_bandwidth_percent", "50"}};
    const auto result = augmented_domain(domain_with(""), keys);
    ASSERT_EQ(result.reasons.size(), keys.size());
    for (const auto& reason : result.reasons) {
        EXPECT_EQ(reason.severity, Reason::Severity::Warning) << reason.subject;
    }
    for (const char* element : {"<cputune", "<features", "<cpu", "<ioapic"}) {
        EXPECT_THAT(result.xml, Not(HasSubstr(element)));
    }
}

TEST(DomainAugmenter, TakesTheKeysFromTheMetadataWhenNoneAreGiven) {
    const auto result = augment_domain(
        test::domain_with_extra_specs("<n:extraSpec name='rt:vcpu_priority'>9</n:extraSpec>"), {});
    ASSERT_TRUE(result && *result);
    EXPECT_THAT((*result)->xml, HasSubstr(R"(priority="9")"));
}

TEST(DomainAugmenter, RefusesValuesOutOfRange) {
    for (const std::string_view key : realtime_addition_keys()) {
        for (const char* value : {"-1", "x", "", "1e1", "99999999999999999999", "\u0663", "Keep"}) {
            const auto result = augment(domain_with(""), {{std::string(key), value}});
            ASSERT_TRUE(result);
            ASSERT_FALSE(*result) << key << "=" << value;
            EXPECT_THAT(result->error().message, HasSubstr(std::string(key)));
            EXPECT_EQ(result->error().type, "ValidationError");
        }
    }
}

TEST(DomainAugmenter, RefusesHostileXml) {
    EXPECT_FALSE(augment("<!DOCTYPE x><domain/>", kEveryKey));
    EXPECT_FALSE(augment("<domain/>", kEveryKey));
    EXPECT_FALSE(augment("", kEveryKey));
}

} // namespace
} // namespace nova_rt
