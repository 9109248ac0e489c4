#include "domainxml/xml_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using testing::HasSubstr;

TEST(XmlDocumentParse, SaysWhereTextIsNotWellFormed) {
    const auto document = XmlDocument::parse("<domain>\n  <name>x</nome>\n</domain>");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(document.error().message(), HasSubstr("line 2"));
    EXPECT_THAT(document.error().message(), HasSubstr("name"));
}

TEST(XmlDocumentParse, RefusesWhatIsNotOneWellFormedElement) {
    for (const char* text : {"", "   ", "x", "<a>", "<a></b>", "<a/><b/>", "<a b/>", "<a b=c/>",
                             "<a b='1' b='2'/>", "<a>&undeclared;</a>", "<a>&#0;</a>", "<p:a/>", "<a>]]></a>",
                             "<a b='<'/>", "<a>\x01</a>", "<", "<!", "<!--", "<![CDATA["}) {
        EXPECT_FALSE(XmlDocument::parse(text)) << text;
    }
}

TEST(XmlDocumentParse, PrintsNothing) {
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    EXPECT_FALSE(XmlDocument::parse("<a>&b;<c></a>"));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(XmlDocumentParse, ExpandsNoEntityBomb) {
    const auto document = XmlDocument::parse("<!DOCTYPE a [<!ENTITY x 'xxxxxxxx'><!ENTITY y '&x;&x;&x;&x;'>]>"
                                             "<a>&y;&y;&y;</a>");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code(), ErrorCode::Refused);
}

TEST(XmlDocumentParse, IgnoresADeclaredEncodingSinceTheBytesAreUtf8) {
    const auto document = XmlDocument::parse("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xC3\xA4</a>");
    ASSERT_TRUE(document) << document.error().message();
    EXPECT_EQ(document->root().text(), "\xC3\xA4");
}

TEST(XmlDocumentParse, QuotesHostileTextInItsMessage) {
    const auto document = XmlDocument::parse("<a>\n<\x1B[31m/></a>");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().message().find('\x1B'), std::string::npos);
    EXPECT_EQ(document.error().message().find('\n'), std::string::npos);
}

TEST(XmlDocumentParse, BoundsTheTimeOfHostileNamespaces) {
    std::string text;
    for (int depth = 0; depth < 62; ++depth) {
        text += "<a";
        for (int i = 0; i < 64; ++i) {
            text += " xmlns:n" + std::to_string(depth) + "_" + std::to_string(i) + "='u'";
        }
        text += ">";
    }
    for (int i = 0; i < 50'000; ++i) {
        text += "<n0_0:b/>";
    }
    for (int depth = 0; depth < 62; ++depth) {
        text += "</a>";
    }
    EXPECT_TRUE(XmlDocument::parse(text));
}

TEST(XmlDocumentSerialise, PrettyPrintsWithoutDeclaration) {
    const auto document = XmlDocument::parse("<?xml version='1.0'?><a  b='1'><c/> <d>text</d></a>");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->serialise(), "<a b=\"1\">\n  <c/>\n  <d>text</d>\n</a>\n");
}

TEST(XmlDocumentSerialise, FailsWithTheFirstTextThatXmlCannotCarry) {
    const auto document = XmlDocument::create("a");
    document.root().set_attribute("b", "good");
    EXPECT_TRUE(document.serialise());
    document.root().add_child("c").set_text(std::string("x\x01y"));
    document.root().set_attribute("d", "\xFF");
    const auto text = document.serialise();
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(text.error().message(), HasSubstr("<c>"));
    EXPECT_THAT(text.error().message(), HasSubstr("x\\x01y"));
}

TEST(XmlDocumentClone, SharesNothingWithTheOriginal) {
    const auto original = XmlDocument::create("a");
    const auto copy = original.clone();
    copy.root().add_child("b").set_text("\x01");
    EXPECT_EQ(original.serialise(), "<a/>\n");
    EXPECT_FALSE(copy.serialise());
    EXPECT_TRUE(copy.clone().serialise());
}

} // namespace
} // namespace nova_rt
