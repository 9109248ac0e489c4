// The recorded XML of tests/golden. Run with NOVA_RT_REGENERATE_GOLDEN=1 to record it anew, then read the
// diff.

#include "base/text.hpp"
#include "domainxml/composer.hpp"
#include "domainxml/domain_builder.hpp"
#include "domainxml/domain_reader.hpp"
#include "domainxml/realtime_additions.hpp"
#include "support/file_text.hpp"
#include "support/golden_guests.hpp"
#include "support/recorded_cases.hpp"
#include "support/relaxng.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace nova_rt {
namespace {

const std::string kDirectory = std::string(NOVA_RT_SOURCE_DIR) + "/tests/golden";

std::string build(const test::GoldenGuest& guest) {
    const auto skeleton =
        DomainTemplate::load(test::source_file_text("xml-templates/" + guest.template_name));
    EXPECT_TRUE(skeleton) << skeleton.error().message();
    const auto xml = build_domain_xml(guest.spec, *skeleton);
    EXPECT_TRUE(xml) << guest.name << ": " << xml.error().message();
    return xml.value_or("");
}

bool regenerating() {
    const char* const value = std::getenv("NOVA_RT_REGENERATE_GOLDEN");
    return value != nullptr && std::string_view(value) == "1";
}

/// Whether the element of a composer, a path below <domain>, is in the document.
bool has_element(const XmlElement& parent, std::string_view path) {
    const auto slash = path.find('/');
    const auto child = parent.child(path.substr(0, slash));
    return child && (slash == std::string_view::npos || has_element(*child, path.substr(slash + 1)));
}

TEST(Golden, EveryGuestBuildsTheRecordedXml) {
    for (const auto& guest : test::golden_guests()) {
        const std::string xml = build(guest);
        if (regenerating()) {
            std::ofstream(kDirectory + "/" + guest.name + ".xml") << xml;
        }
        EXPECT_EQ(xml, test::source_file_text("tests/golden/" + guest.name + ".xml")) << guest.name;
    }
}

TEST(Golden, NoRecordIsLeftOver) {
    std::set<std::string> names;
    for (const auto& guest : test::golden_guests()) {
        EXPECT_TRUE(names.insert(guest.name).second) << guest.name;
    }
    for (const auto& file : std::filesystem::directory_iterator(kDirectory)) {
        if (file.path().extension() == ".xml") {
            EXPECT_TRUE(names.contains(file.path().stem().string())) << file.path();
        }
    }
}

TEST(Golden, EveryRecordIsValidForLibvirtsSchema) {
    for (const auto& guest : test::golden_guests()) {
        EXPECT_EQ(test::domain_schema_errors(build(guest)), "") << guest.name;
    }
}

TEST(Golden, EveryGuestOfNovaIsValidForLibvirtsSchema) {
    for (const auto& recorded : test::recorded_guests()) {
        const std::string xml = build({.name = recorded.name,
                                       .template_name = "realtime-guest.xml",
                                       .spec = test::domain_spec_of(recorded)});
        EXPECT_EQ(test::domain_schema_errors(xml), "") << recorded.name;
    }
}

TEST(Golden, TheSchemaJudgeCanSayNo) {
    EXPECT_NE(test::domain_schema_errors("<domain type='kvm'><nonsense/></domain>"), "");
}

TEST(Golden, EveryComposerIsReached) {
    std::set<std::string_view> missing;
    for (const auto& composer : all_composers()) {
        missing.insert(composer.element);
    }
    for (const auto& guest : test::golden_guests()) {
        const auto document = XmlDocument::parse(build(guest));
        ASSERT_TRUE(document) << guest.name;
        std::erase_if(missing, [&](std::string_view element) {
            return element.empty() || has_element(document->root(), element);
        });
    }
    EXPECT_TRUE(missing.empty()) << *missing.begin();
}

/// The domain without its metadata, which repeats the flavor's keys.
std::string build_without_metadata(const test::GoldenGuest& guest) {
    const auto document = XmlDocument::parse(build(guest));
    EXPECT_TRUE(document) << guest.name;
    document->root().child("metadata")->remove();
    return document->serialise().value_or("");
}

TEST(Golden, EveryKeyThatChangesXmlIsReached) {
    std::set<std::string_view> missing(realtime_addition_keys().begin(), realtime_addition_keys().end());
    for (const auto& guest : test::golden_guests()) {
        for (const std::string_view key : realtime_addition_keys()) {
            auto without = guest;
            if (without.spec.flavor.extra_specs.erase(std::string(key)) > 0 &&
                build_without_metadata(without) != build_without_metadata(guest)) {
                missing.erase(key);
            }
        }
    }
    EXPECT_TRUE(missing.empty()) << *missing.begin();
}

TEST(Golden, TheReaderFindsWhatTheBuilderPromised) {
    for (const auto& guest : test::golden_guests()) {
        const auto read = read_guest_domain(build(guest));
        ASSERT_TRUE(read) << guest.name << ": " << read.error().message();
        EXPECT_EQ(read->uuid.to_string(), guest.spec.identity.uuid);
        EXPECT_EQ(read->vcpu_count, guest.spec.request.vcpus);
        EXPECT_EQ(read->realtime_vcpus(), guest.spec.plan.realtime_vcpus) << guest.name;
        EXPECT_EQ(read->realtime_pcpus(), guest.spec.plan.realtime_pcpus()) << guest.name;
        EXPECT_EQ(read->emulator_pins.value_or(CpuSet{}), guest.spec.plan.emulator_pcpus) << guest.name;
        EXPECT_EQ(read->flavor_name, guest.spec.flavor.name);
        EXPECT_EQ(read->flavor_extra_specs, guest.spec.flavor.extra_specs) << guest.name;
    }
}

TEST(Golden, HostileTextStaysText) {
    for (const auto& guest : test::golden_guests()) {
        EXPECT_EQ(build(guest).find("<evil"), std::string::npos) << guest.name;
    }
}

} // namespace
} // namespace nova_rt
