// Against libvirt's own test driver: in this process, without a daemon.
#include "adapters/libvirt/active_domains.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(ActiveDomains, AreThereWithTheirXmlAfterOneQuestion) {
    const auto snapshot = ask_active_domains("test:///default", 10s);
    EXPECT_EQ(snapshot.error, "");
    ASSERT_TRUE(snapshot.as_of);
    ASSERT_EQ(snapshot.domains.size(), 1U);
    EXPECT_EQ(snapshot.domains[0].name, "test");
    EXPECT_THAT(snapshot.domains[0].xml, HasSubstr("<domain type='test'"));
}

TEST(ActiveDomains, SaysWhyThereIsNoAnswer) {
    const auto snapshot = ask_active_domains("qemu:///system?socket=/nonexistent/socket", 10s);
    EXPECT_FALSE(snapshot.as_of);
    EXPECT_THAT(snapshot.error, HasSubstr("/nonexistent/socket"));
    const auto nonsense = ask_active_domains("nonsense:///", 10s);
    EXPECT_THAT(nonsense.error, HasSubstr("nonsense"));
}

} // namespace
} // namespace nova_rt
