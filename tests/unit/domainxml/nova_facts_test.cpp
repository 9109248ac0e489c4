#include "base/text.hpp"
#include "domainxml/domain_builder.hpp"
#include "domainxml/xml_document.hpp"
#include "support/domain_facts.hpp"
#include "support/file_text.hpp"
#include "support/recorded_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace nova_rt {
namespace {

/// Our XML of every guest Nova 26.2.2 was recorded building means what Nova's means.
TEST(NovaFacts, EveryRecordedGuestMeansTheSame) {
    const auto skeleton = DomainTemplate::load(test::source_file_text("xml-templates/realtime-guest.xml"));
    ASSERT_TRUE(skeleton) << skeleton.error().message();
    ASSERT_EQ(test::recorded_guests().size(), 123U);
    for (const auto& recorded : test::recorded_guests()) {
        const auto xml = build_domain_xml(test::domain_spec_of(recorded), *skeleton);
        ASSERT_TRUE(xml) << recorded.name << ": " << xml.error().message();
        EXPECT_EQ(test::differences(recorded.answer["facts"], test::domain_facts(*xml)), "") << recorded.name;
    }
}

/// Element, attributes, text and children, in an order that does not depend on the document's.
nlohmann::json canonical(const XmlElement& element) {
    nlohmann::json children = nlohmann::json::array();
    for (const auto& child : element.children()) {
        children.push_back(canonical(child));
    }
    std::sort(children.begin(), children.end());
    nlohmann::json attributes = nlohmann::json::object();
    for (const auto& [name, value] : element.attributes()) {
        attributes[name] = value;
    }
    return {element.name(), attributes, trimmed(element.text()), children};
}

/// The whole document but the metadata, where ours says more than Nova 26.2.2 did.
nlohmann::json canonical(const std::string& xml) {
    const auto document = XmlDocument::parse(xml);
    EXPECT_TRUE(document) << document.error().message();
    if (!document) {
        return nullptr;
    }
    document->root().child("metadata")->remove();
    return canonical(document->root());
}

/// What the facts leave out too: firmware, SMBIOS, disks, consoles, controllers.
TEST(NovaFacts, EveryElementOfEveryRecordedGuestIsNovas) {
    const auto skeleton = DomainTemplate::load(test::source_file_text("xml-templates/realtime-guest.xml"));
    ASSERT_TRUE(skeleton) << skeleton.error().message();
    for (const auto& recorded : test::recorded_guests()) {
        const auto xml = build_domain_xml(test::domain_spec_of(recorded), *skeleton);
        ASSERT_TRUE(xml) << recorded.name << ": " << xml.error().message();
        EXPECT_EQ(test::differences(canonical(recorded.answer["xml"].get<std::string>()), canonical(*xml)),
                  "")
            << recorded.name;
    }
}

/// The port of the oracle's --facts is right: it says of Nova's XML what the oracle says of it.
TEST(NovaFacts, TheHelperAgreesWithTheOracle) {
    for (const auto& recorded : test::recorded_guests()) {
        const auto facts = test::domain_facts(recorded.answer["xml"].get<std::string>());
        EXPECT_EQ(test::differences(recorded.answer["facts"], facts), "") << recorded.name;
    }
}

} // namespace
} // namespace nova_rt
