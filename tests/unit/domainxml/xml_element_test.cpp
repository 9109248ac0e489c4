#include "domainxml/xml_element.hpp"

#include "domainxml/xml_document.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

constexpr XmlNamespace kSpace{.prefix = "p", .uri = "urn:example"};

TEST(XmlElement, NavigatesByNameAndNamespaceUri) {
    const auto document = XmlDocument::parse("<a xmlns:q='urn:example'><b n='1'/><q:b n='2'/><b n='3'/>"
                                             "<b xmlns='urn:other' n='4'/></a>");
    ASSERT_TRUE(document);
    const auto root = document->root();
    EXPECT_EQ(root.children().size(), 4U);
    EXPECT_EQ(root.children("b").size(), 2U);
    EXPECT_EQ(root.child("b")->attribute("n"), "1");
    ASSERT_EQ(root.children("b", kSpace).size(), 1U);
    EXPECT_EQ(root.child("b", kSpace)->attribute("n"), "2");
    EXPECT_EQ(root.child("b", kSpace)->namespace_uri(), "urn:example");
    EXPECT_FALSE(root.child("c"));
}

TEST(XmlElement, TellsAnAbsentAttributeFromAnEmptyOne) {
    const auto document = XmlDocument::parse("<a b='' xmlns:q='urn:example' q:c='1'/>");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().attribute("b"), "");
    EXPECT_EQ(document->root().attribute("c"), std::nullopt);
}

TEST(XmlElement, JoinsItsOwnTextOnly) {
    const auto document = XmlDocument::parse("<a>x<b>y</b><![CDATA[<z>]]><!-- no -->&amp;&#x41;</a>");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().text(), "x<z>&A");
}

TEST(XmlElement, KnowsItsLine) {
    const auto document = XmlDocument::parse("<a>\n\n<b/></a>");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root().child("b")->line(), 3U);
}

TEST(XmlElement, ReadsBackEveryTextItWrote) {
    for (const std::string text : {"", " ", "a&amp;b", "&#65;", "]]>", "<b/>", "'\"",
                                   "line\nbreak\ttab\rreturn", "\xF0\x9F\x92\xA9", "${x} %s"}) {
        const auto document = XmlDocument::create("a");
        document.root().set_attribute("t", text);
        document.root().add_child("b").set_text(text);
        const auto written = document.serialise();
        ASSERT_TRUE(written) << text;
        const auto read = XmlDocument::parse(*written);
        ASSERT_TRUE(read) << *written;
        EXPECT_EQ(read->root().attribute("t"), text);
        EXPECT_EQ(read->root().child("b")->text(), text);
        EXPECT_EQ(read->root().children().size(), 1U);
    }
}

TEST(XmlElement, SetsOnceWhateverIsSetTwice) {
    const auto document = XmlDocument::create("a");
    document.root().set_attribute("b", "1").set_attribute("b", "2").set_text("x").set_text("y");
    EXPECT_EQ(document.root().child_or_add("c"), document.root().child_or_add("c"));
    EXPECT_EQ(document.serialise(), "<a b=\"2\">y<c/></a>\n");
}

TEST(XmlElement, DeclaresANamespaceOnceWhereItStarts) {
    const auto document = XmlDocument::create("a");
    auto outer = document.root().add_child("b", kSpace);
    outer.add_child("c", kSpace);
    outer.add_child("d");
    EXPECT_EQ(document.serialise(),
              "<a>\n  <p:b xmlns:p=\"urn:example\">\n    <p:c/>\n    <d/>\n  </p:b>\n</a>\n");
}

TEST(XmlElement, RemovesAttributesAndElements) {
    const auto document = XmlDocument::parse("<a b='1'><c><d/></c><e/></a>");
    ASSERT_TRUE(document);
    auto root = document->root();
    root.remove_attribute("b");
    root.remove_attribute("b");
    root.child("c")->remove();
    EXPECT_EQ(document->serialise(), "<a>\n  <e/>\n</a>\n");
}

} // namespace
} // namespace nova_rt
