#include "domainxml/domain_builder.hpp"
#include "support/domain_facts.hpp"
#include "support/file_text.hpp"
#include "support/recorded_cases.hpp"

#include <gtest/gtest.h>

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

/// The port of the oracle's --facts is right: it says of Nova's XML what the oracle says of it.
TEST(NovaFacts, TheHelperAgreesWithTheOracle) {
    for (const auto& recorded : test::recorded_guests()) {
        const auto facts = test::domain_facts(recorded.answer["xml"].get<std::string>());
        EXPECT_EQ(test::differences(recorded.answer["facts"], facts), "") << recorded.name;
    }
}

} // namespace
} // namespace nova_rt
