#include "domainxml/cpuset_notation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

TEST(LibvirtCpuset, ReadsFromLeftToRight) {
    struct Case {
        const char* text;
        CpuSet expected;
    };

    const Case cases[] = {
        {"0", {0}},
        {"0-3", {0, 1, 2, 3}},
        {"0-3,^2", {0, 1, 3}},
        {" 1 , 3 ", {1, 3}},
        {"^2,0-3", {0, 1, 2, 3}},
        {"0-3,^2,2", {0, 1, 2, 3}},
        {"3,1-2", {1, 2, 3}},
        {"0-8191,^0,^8191", CpuSet::range(1, 8190)},
    };
    for (const auto& c : cases) {
        const auto set = parse_libvirt_cpuset(c.text);
        ASSERT_TRUE(set) << c.text << ": " << set.error().message();
        EXPECT_EQ(*set, c.expected) << c.text;
    }
}

TEST(LibvirtCpuset, RefusesWhatLibvirtRefuses) {
    for (const char* text : {"", ",", "0,", "^0", "0,^0", "0-3,^1-2", "9999", "3-1", "a", "-1", "0,(null)",
                             "0x1", "^^1", "0-99999999999999999999"}) {
        const auto set = parse_libvirt_cpuset(text);
        ASSERT_FALSE(set) << text;
        EXPECT_EQ(set.error().code(), ErrorCode::InvalidArgument) << text;
    }
}

TEST(LibvirtCpuset, RefusesHugeTextWithAShortMessage) {
    std::string text = "0";
    for (int i = 0; i < 1'000'000; ++i) {
        text += ",0-8191";
    }
    const auto set = parse_libvirt_cpuset(text);
    ASSERT_FALSE(set);
    EXPECT_LT(set.error().message().size(), 200U);
}

} // namespace
} // namespace nova_rt
