#include "domainxml/nova_metadata.hpp"

#include "domainxml/xml_document.hpp"

#include "domain_xml_samples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using testing::HasSubstr;

FlavorMetadata read(const std::string& xml) {
    const auto document = XmlDocument::parse(xml);
    EXPECT_TRUE(document) << document.error().message();
    return document ? read_flavor_metadata(document->root()) : FlavorMetadata{};
}

TEST(NovaMetadata, ComparesTheNamespaceByUri) {
    const auto ours =
        read(test::domain_with("<metadata><instance xmlns='http://openstack.org/xmlns/libvirt/nova/1.1'>"
                               "<flavor name='f'/></instance></metadata>"));
    const auto foreign = read(test::domain_with("<metadata><nova:instance xmlns:nova='urn:other'>"
                                                "<nova:flavor name='f'/></nova:instance></metadata>"));
    EXPECT_EQ(ours.name, "f");
    EXPECT_FALSE(foreign.name);
}

TEST(NovaMetadata, TrimsWhatPrettyPrintingPutsAroundAValue) {
    const auto metadata = read(
        test::domain_with_extra_specs("<n:extraSpec name='hw:cpu_policy'>\n dedicated \n</n:extraSpec>"));
    EXPECT_EQ(metadata.extra_specs, (Properties{{"hw:cpu_policy", "dedicated"}}));
    EXPECT_EQ(metadata.problem, "");
}

TEST(NovaMetadata, LetsTheFirstOfTwoHoldAndSaysSo) {
    const auto metadata = read(test::domain_with_extra_specs("<n:extraSpec name='k'>1</n:extraSpec>"
                                                             "<n:extraSpec name='k'>2</n:extraSpec>"));
    EXPECT_EQ(metadata.extra_specs.at("k"), "1");
    EXPECT_THAT(metadata.problem, HasSubstr("twice"));
}

TEST(NovaMetadata, SurvivesHostileContent) {
    std::string many;
    for (int i = 0; i < 5000; ++i) {
        many += "<n:extraSpec name='k" + std::to_string(i) + "'>v</n:extraSpec>";
    }
    EXPECT_EQ(read(test::domain_with_extra_specs(many)).extra_specs.size(), 1024U);
    const auto nameless =
        read(test::domain_with_extra_specs("<n:extraSpec>v</n:extraSpec><n:extraSpec name=''/>"));
    EXPECT_TRUE(nameless.extra_specs.empty());
    EXPECT_THAT(nameless.problem, HasSubstr("without a name"));
}

} // namespace
} // namespace nova_rt
