#include "adapters/journal/file_lease_store.hpp"

#include "support/scratch_directory.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

const DomainUuid kGuest = DomainUuid::parse("11111111-2222-4333-8444-555555555555").value();

TEST(FileLeaseStoreTest, KeepsOneDocumentPerGuest) {
    const ScratchDirectory scratch;
    FileLeaseStore store(StateDirectory::open(scratch.path("leases")).value());
    EXPECT_EQ(store.load(kGuest).value(), std::nullopt);
    ASSERT_TRUE(store.store(kGuest, "lease"));
    EXPECT_EQ(store.load(kGuest).value(), "lease");
    EXPECT_EQ(store.load_all().value(), (std::map<DomainUuid, std::string>{{kGuest, "lease"}}));
    ASSERT_TRUE(store.remove(kGuest));
    ASSERT_TRUE(store.remove(kGuest)) << "a second time";
    EXPECT_TRUE(store.load_all().value().empty());
}

TEST(FileLeaseStoreTest, SeesNoFileThatIsNotNamedByAUuid) {
    const ScratchDirectory scratch;
    FileLeaseStore store(StateDirectory::open(scratch.path("leases")).value());
    scratch.write("leases/README", "x");
    scratch.write("leases/11111111-2222-4333-8444-55555555555F", "upper case is not how we write it");
    EXPECT_TRUE(store.load_all().value().empty());
}

} // namespace
} // namespace nova_rt::test
