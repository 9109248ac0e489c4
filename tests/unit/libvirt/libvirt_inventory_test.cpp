// Against libvirt's own test driver: in this process, without a daemon.
#include "adapters/libvirt/libvirt_inventory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

#include <condition_variable>
#include <mutex>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kUri = "test:///default";
constexpr const char* kGuestUuid = "11111111-2222-3333-4444-555555555555";
constexpr const char* kGuestXml = R"(<domain type='test'><name>instance-0000002a</name>
  <uuid>11111111-2222-3333-4444-555555555555</uuid><memory unit='KiB'>65536</memory><vcpu>2</vcpu>
  <os><type>hvm</type></os></domain>)";

/// Lets a test wait for what a snapshot says instead of for time to pass.
class Follower {
public:
    Follower(const LibvirtEventLoop& loop, LibvirtOptions options)
        : inventory_(loop, std::move(options), [this] {
              const std::lock_guard lock(mutex_);
              changed_.notify_all();
          }) {}

    template <typename Condition> bool wait_until(Condition condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 10s, [&] { return condition(*inventory_.snapshot()); });
    }

    std::shared_ptr<const DomainSnapshot> snapshot() const { return inventory_.snapshot(); }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    LibvirtInventory inventory_;
};

class LibvirtInventoryTest : public testing::Test {
protected:
    static void SetUpTestSuite() { loop_ = LibvirtEventLoop::start().value(); }

    static void TearDownTestSuite() { loop_.reset(); }

    static LibvirtOptions options() {
        LibvirtOptions options;
        options.uri = kUri;
        options.poll_period = 60s; // what the tests see comes from events
        return options;
    }

    static bool has_guest(const DomainSnapshot& snapshot) { return find_guest(snapshot) != nullptr; }

    static const DomainRecord* find_guest(const DomainSnapshot& snapshot) {
        for (const auto& domain : snapshot.domains) {
            if (domain.uuid.to_string() == kGuestUuid) {
                return &domain;
            }
        }
        return nullptr;
    }

    static inline std::unique_ptr<LibvirtEventLoop> loop_;
};

TEST_F(LibvirtInventoryTest, ListsActiveDomainsWithTheirXml) {
    Follower follower(*loop_, options());
    ASSERT_TRUE(follower.wait_until([](const DomainSnapshot& seen) { return seen.connected; }));
    const auto snapshot = follower.snapshot();
    ASSERT_EQ(snapshot->domains.size(), 1U) << "the driver's own domain";
    EXPECT_EQ(snapshot->domains[0].name, "test");
    EXPECT_EQ(snapshot->domains[0].state, DomainState::Running);
    EXPECT_THAT(snapshot->domains[0].xml, HasSubstr("<domain type='test'"));
    EXPECT_TRUE(snapshot->as_of);
    EXPECT_EQ(snapshot->error, "");
    EXPECT_FALSE(snapshot->version.empty());
}

TEST_F(LibvirtInventoryTest, FollowsLifecycleEvents) {
    Follower follower(*loop_, options());
    ASSERT_TRUE(follower.wait_until([](const DomainSnapshot& seen) { return seen.connected; }));
    const virConnectPtr connection = ::virConnectOpen(kUri);
    ASSERT_NE(connection, nullptr);
    const virDomainPtr guest = ::virDomainCreateXML(connection, kGuestXml, 0);
    ASSERT_NE(guest, nullptr);
    EXPECT_TRUE(follower.wait_until(has_guest));
    const std::uint64_t sequence = follower.snapshot()->sequence;

    EXPECT_EQ(::virDomainSuspend(guest), 0);
    EXPECT_TRUE(follower.wait_until([](const DomainSnapshot& seen) {
        return find_guest(seen) != nullptr && find_guest(seen)->state == DomainState::Paused;
    }));
    EXPECT_GT(follower.snapshot()->sequence, sequence);

    EXPECT_EQ(::virDomainDestroy(guest), 0);
    EXPECT_TRUE(follower.wait_until([](const DomainSnapshot& seen) { return !has_guest(seen); }));
    ::virDomainFree(guest);
    ::virConnectClose(connection);
}

TEST_F(LibvirtInventoryTest, SaysWhyThereIsNoConnectionAndKeepsTrying) {
    LibvirtOptions unreachable = options();
    unreachable.uri = "test:///nonexistent/driver.xml";
    unreachable.first_backoff = 1ms;
    Follower follower(*loop_, unreachable);
    ASSERT_TRUE(follower.wait_until([](const DomainSnapshot& seen) { return !seen.error.empty(); }));
    EXPECT_FALSE(follower.snapshot()->connected);
    EXPECT_THAT(follower.snapshot()->error,
                HasSubstr("connect to libvirt at test:///nonexistent/driver.xml"));
    EXPECT_FALSE(follower.snapshot()->as_of);
}

TEST_F(LibvirtInventoryTest, ACallPastItsDeadlineIsAnErrorWithTheOldDomains) {
    auto snapshot = std::make_shared<DomainSnapshot>();
    snapshot->connected = true;
    snapshot->domains.resize(2);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(view_at(snapshot, std::nullopt, start, 5s), snapshot);
    EXPECT_EQ(view_at(snapshot, start, start + 5s, 5s), snapshot);
    const auto overdue = view_at(snapshot, start, start + 7s, 5s);
    EXPECT_EQ(overdue->error, "libvirt has not answered for more than 5 s");
    EXPECT_EQ(overdue->domains.size(), 2U);
}

} // namespace
} // namespace nova_rt
