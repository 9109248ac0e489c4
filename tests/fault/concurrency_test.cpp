#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <vector>

namespace nova_rt::test {
namespace {

constexpr unsigned kGuests = 6;
constexpr unsigned kManyGuests = 32;
constexpr unsigned kPairsOfEach = 32; // 1,024 pairs in all

/// One process per guest, all at once, as libvirt runs the hooks of different guests.
void at_once(const FixtureHost& host, unsigned guests,
             const std::function<bool(IsolationEngine&, unsigned)>& call) {
    std::vector<pid_t> children;
    for (unsigned guest = 0; guest < guests; ++guest) {
        const pid_t child = ::fork();
        if (child == 0) {
            EngineOnFixture fixture(host);
            ::_exit(call(fixture.engine, guest) ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
}

TEST(ConcurrentHooks, SerialiseAndLoseNothing) {
    FixtureHost host(8);
    for (unsigned irq = 24; irq < 30; ++irq) {
        host.add_irq(irq, "0-7");
    }
    const auto before = host.snapshot();
    for (int round = 0; round < 20; ++round) {
        at_once(host, kGuests, [](IsolationEngine& engine, unsigned guest) {
            return engine.prepare(realtime_guest(guest, {guest + 2}, IsolationMode::BestEffort)).has_value();
        });
        ASSERT_EQ(host.irq(24), "0-1");
        ASSERT_EQ(host.get("proc/irq/default_smp_affinity"), "3");
        at_once(host, kGuests, [](IsolationEngine& engine, unsigned guest) {
            return engine.release(guest_uuid(guest)).has_value();
        });
        ASSERT_EQ(host.snapshot(), before);
        ASSERT_TRUE(host.state_snapshot().empty());
    }
}

TEST(ConcurrentHooks, AThousandPairsThirtyTwoAtATimeLeaveNothing) {
    FixtureHost host(kManyGuests + 2);
    for (unsigned irq = 24; irq < 28; ++irq) {
        host.add_irq(irq, "0-" + std::to_string(kManyGuests + 1));
    }
    const auto before = host.snapshot();
    at_once(host, kManyGuests, [](IsolationEngine& engine, unsigned guest) {
        for (unsigned pair = 0; pair < kPairsOfEach; ++pair) {
            const auto lives = realtime_guest(guest, {guest + 2}, IsolationMode::BestEffort);
            if (!engine.prepare(lives) || !engine.release(lives.uuid)) {
                return false;
            }
        }
        return true;
    });
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_TRUE(host.state_snapshot().empty());
}

} // namespace
} // namespace nova_rt::test
