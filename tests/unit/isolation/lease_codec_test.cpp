#include "isolation/lease_codec.hpp"

#include "isolation/document.hpp"
#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

TEST(LeaseCodec, KeepsEverything) {
    Lease lease = lease_for(realtime_guest(1, {2, 3}));
    lease.domain_name = "../../x\n\"";
    lease.stage = LeaseStage::Started;
    lease.policy.min_grade = Grade::A;
    lease.taken_at = 12;
    lease.threads =
        GuestThreads{.qemu = Pid{1}, .start_time = 2, .vcpus = {{VcpuId{0}, Tid{3}}}, .disputed = {Tid{4}}};
    const auto decoded = decode_lease(encode_lease({.boot_id = "boot", .lease = lease}));
    ASSERT_TRUE(decoded) << decoded.error().message();
    EXPECT_EQ(decoded->boot_id, "boot");
    EXPECT_EQ(decoded->lease, lease);
}

TEST(LeaseCodec, StoresANameThatIsNotUtf8) {
    Lease lease = lease_for(realtime_guest(1, {2}));
    lease.domain_name = "\xff\xfe";
    EXPECT_TRUE(decode_lease(encode_lease({.boot_id = "boot", .lease = lease})));
}

TEST(LeaseCodec, RefusesAnotherShape) {
    for (const char* body : {"", "[]", "{}", R"({"boot_id":"b","uuid":"x"})"}) {
        EXPECT_EQ(decode_lease(seal_document("nova-rt-lease", kLeaseVersion, body)).error().code(),
                  ErrorCode::Corrupt)
            << body;
    }
}

} // namespace
} // namespace nova_rt::test
