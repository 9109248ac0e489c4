#include "base/error.hpp"

#include "base/result.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace nova_rt {
namespace {

Result<int> inner(bool works) {
    if (!works) {
        return fail(system_error(EIO, "write 0-3 to /proc/irq/42/smp_affinity_list"));
    }
    return 1;
}

Result<int> outer(bool works) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(value, inner(works), "isolate domain");
    return value + 1;
}

TEST(Error, CarriesCodeErrnoAndTheChainOfContexts) {
    EXPECT_EQ(*outer(true), 2);
    const auto result = outer(false);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::Io);
    EXPECT_EQ(result.error().system_errno(), EIO);
    EXPECT_EQ(result.error().message(),
              "isolate domain: write 0-3 to /proc/irq/42/smp_affinity_list: Input/output error (EIO)");
}

TEST(Error, GoneAndDeniedHaveCodesOfTheirOwn) {
    EXPECT_EQ(system_error(ENOENT, "x").code(), ErrorCode::NotFound);
    EXPECT_EQ(system_error(ESRCH, "x").code(), ErrorCode::NotFound);
    EXPECT_EQ(system_error(EROFS, "x").code(), ErrorCode::PermissionDenied);
    EXPECT_EQ(system_error(ENOSPC, "x").code(), ErrorCode::NoSpace);
    EXPECT_EQ(errno_name(4711), "errno 4711");
}

} // namespace
} // namespace nova_rt
