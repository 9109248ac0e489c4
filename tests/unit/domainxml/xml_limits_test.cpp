#include "domainxml/xml_limits.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) {
        text += "<a>";
    }
    for (std::size_t i = 0; i < depth; ++i) {
        text += "</a>";
    }
    return text;
}

std::string with_attributes(std::size_t count) {
    std::string text = "<a";
    for (std::size_t i = 0; i < count; ++i) {
        text += " a" + std::to_string(i) + "='='";
    }
    return text + "/>";
}

std::string repeated(std::string_view piece, std::size_t count) {
    std::string text = "<r>";
    for (std::size_t i = 0; i < count; ++i) {
        text += piece;
    }
    return text + "</r>";
}

TEST(XmlLimits, AcceptsExactlyUpToEachLimit) {
    EXPECT_TRUE(check_xml_limits(nested(XmlLimits::kMaxDepth)));
    EXPECT_FALSE(check_xml_limits(nested(XmlLimits::kMaxDepth + 1)));
    EXPECT_TRUE(check_xml_limits(with_attributes(XmlLimits::kMaxAttributesPerElement)));
    EXPECT_FALSE(check_xml_limits(with_attributes(XmlLimits::kMaxAttributesPerElement + 1)));
    EXPECT_TRUE(check_xml_limits(repeated("<e/>", XmlLimits::kMaxElements - 1)));
    EXPECT_FALSE(check_xml_limits(repeated("<e/>", XmlLimits::kMaxElements)));
    EXPECT_TRUE(check_xml_limits(std::string(XmlLimits::kMaxBytes, ' ')));
    EXPECT_FALSE(check_xml_limits(std::string(XmlLimits::kMaxBytes + 1, ' ')));
}

TEST(XmlLimits, CountsSiblingsAsOneLevel) {
    EXPECT_TRUE(check_xml_limits(repeated("<a><b/></a>", 1000)));
}

TEST(XmlLimits, DoesNotCountWhatOnlyLooksLikeATag) {
    std::string text = "<r a='<<<<' b=\"a>b='\">";
    for (std::size_t i = 0; i < XmlLimits::kMaxDepth; ++i) {
        text += "<!-- <a> --><![CDATA[<a>]]><?pi <a> ?>";
    }
    EXPECT_TRUE(check_xml_limits(text + "</r>"));
}

TEST(XmlLimits, RefusesEveryDoctype) {
    for (const char* text : {"<!DOCTYPE a><a/>", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
                             "<!-- x --><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
                             "<a><!ENTITY b 'c'></a>", "<!doctype html>"}) {
        const auto status = check_xml_limits(text);
        ASSERT_FALSE(status) << text;
        EXPECT_EQ(status.error().code(), ErrorCode::Refused);
    }
}

TEST(XmlLimits, RefusesTextThatIsNotUtf8) {
    using namespace std::string_view_literals;
    for (const auto text : {"<a>\xFF</a>"sv, "<a>\xC0\x80</a>"sv, "<a>\xED\xA0\x80</a>"sv, "<a>\0</a>"sv,
                            "\xFF\xFE<\0a\0/\0>\0"sv, "<a>\xE2\x82</a>"sv}) {
        const auto status = check_xml_limits(text);
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().code(), ErrorCode::InvalidArgument);
    }
}

TEST(XmlLimits, RefusesHundredMegabytesUnread) {
    EXPECT_EQ(check_xml_limits(std::string(100'000'000, '<')).error().code(), ErrorCode::NoSpace);
}

} // namespace
} // namespace nova_rt
