#include "base/domain_uuid.hpp"

#include <gtest/gtest.h>

namespace nova_rt {
namespace {

TEST(DomainUuid, RoundTripsInLowerCase) {
    const auto uuid = DomainUuid::parse("4DEA22B3-1d52-4a4e-9ac2-0123456789ab");
    ASSERT_TRUE(uuid);
    EXPECT_EQ(uuid->to_string(), "4dea22b3-1d52-4a4e-9ac2-0123456789ab");
}

TEST(DomainUuid, RefusesEverythingElse) {
    for (const char* text :
         {"", "../../x", "4dea22b3-1d52-4a4e-9ac2-0123456789a", "4dea22b31d524a4e9ac20123456789ab",
          "4dea22b3-1d52-4a4e-9ac2-0123456789ag", "{4dea22b3-1d52-4a4e-9ac2-0123456789a}",
          "4dea22b3-1d52-4a4e-9ac2-0123456789ab\n"}) {
        EXPECT_FALSE(DomainUuid::parse(text)) << text;
    }
}

} // namespace
} // namespace nova_rt
