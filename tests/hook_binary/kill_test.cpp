// kill -9 behind every change the shipped hook makes, then recovery. The hook is stopped by ptrace: it has no
// test branch, and what is killed is what libvirt runs.
#include "support/hook_xml.hpp"

#include "hook_binary/hook_world.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <thread>

namespace nova_rt::test {
namespace {

std::string second_guest() {
    std::string xml = hook_xml("best_effort", "1", "1", "instance-00000002");
    return xml.replace(xml.find(kHookGuest), 8, "22222222");
}

/// One operation of the hook, what must have happened before it, and what makes up for its death.
struct Life {
    std::string operation;
    std::string xml;
    std::function<void(HookWorld&)> before;
    std::function<void(HookWorld&)> recover;
};

void succeed(HookWorld& world, const std::string& operation, const std::string& xml) {
    const auto run = world.hook(operation, xml);
    ASSERT_EQ(run.status, 0) << operation << ": " << world.said();
}

const std::string& guest() {
    static const std::string xml = hook_xml("required", "1", "1");
    return xml;
}

void nothing(HookWorld& /*world*/) {}

void prepared(HookWorld& world) {
    succeed(world, "prepare", guest());
}

void running(HookWorld& world) {
    prepared(world);
    succeed(world, "started", guest());
}

void released(HookWorld& world) {
    succeed(world, "stopped", guest());
    succeed(world, "release", guest());
}

class KilledHook : public testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0) {
            GTEST_SKIP() << "SKIP no-root: needs namespaces, chroot and SCHED_FIFO";
        }
        if (std::thread::hardware_concurrency() < 2) {
            GTEST_SKIP() << "SKIP one-cpu: needs a pCPU for realtime beside one for housekeeping";
        }
    }

    /// Kills the operation behind each of its changes; after the recovery the world is as after an
    /// undisturbed operation and the same recovery.
    void kill_everywhere(const Life& life) {
        HookWorld world;
        const auto undisturbed = once(world, life, 0);
        const auto wanted = world.snapshot();
        const auto files = world.state_files();
        ASSERT_GT(undisturbed.changes.size(), 0U);
        std::map<std::string, std::pair<int, int>> table;
        for (const auto& change : undisturbed.changes) {
            ++table[change].second;
        }
        for (std::size_t n = 1; n <= undisturbed.changes.size(); ++n) {
            SCOPED_TRACE("killed behind change " + std::to_string(n) + ", " + undisturbed.changes[n - 1]);
            const auto run = once(world, life, n);
            ASSERT_TRUE(run.killed);
            ASSERT_EQ(run.status, 128 + SIGKILL);
            ++table[run.changes.back()].first;
            ASSERT_EQ(world.snapshot(), wanted);
            ASSERT_EQ(world.state_files(), files);
        }
        running(world); // whoever writes next clears away what the killed have left
        released(world);
        ASSERT_TRUE(world.temporary_files().empty()) << world.temporary_files().front();
        std::cout << life.operation << ":";
        for (const auto& [call, count] : table) {
            std::cout << " " << call << " " << count.first << "/" << count.second;
            EXPECT_EQ(count.first, count.second) << call;
        }
        std::cout << " killed/counted\n";
    }

private:
    static TracedRun once(HookWorld& world, const Life& life, std::size_t kill_after) {
        world.restart();
        life.before(world);
        auto run = world.hook(life.operation, life.xml, kill_after);
        EXPECT_TRUE(run.killed || run.status == 0) << world.said();
        life.recover(world);
        return run;
    }
};

TEST_F(KilledHook, InPrepareIsUndoneByRelease) {
    kill_everywhere({"prepare", guest(), nothing, released});
}

TEST_F(KilledHook, InPrepareIsFinishedByTheNextCalls) {
    kill_everywhere({"prepare", guest(), nothing, [](HookWorld& world) {
                         running(world);
                         const auto seen = world.snapshot();
                         EXPECT_EQ(seen.at("kvm-nx-lpage-re").rfind("pCPUs 0, policy 0", 0), 0U)
                             << seen.at("kvm-nx-lpage-re");
                         released(world);
                     }});
}

TEST_F(KilledHook, InStartedIsFinishedByTheNextCall) {
    kill_everywhere({"started", guest(), prepared, [](HookWorld& world) {
                         succeed(world, "started", guest());
                         const auto seen = world.snapshot();
                         EXPECT_EQ(seen.at("kvm-nx-lpage-re").rfind("pCPUs 0, policy 0", 0), 0U)
                             << seen.at("kvm-nx-lpage-re");
                         world.stop_qemu();
                         released(world);
                     }});
}

TEST_F(KilledHook, InStartedIsUndoneByReleaseWhileQemuLives) {
    kill_everywhere({"started", guest(), prepared, released});
}

TEST_F(KilledHook, InStoppedIsFinishedByRelease) {
    kill_everywhere(
        {"stopped", guest(), running, [](HookWorld& world) { succeed(world, "release", guest()); }});
}

TEST_F(KilledHook, InAnotherGuestsPrepareLeavesTheFirstIsolated) {
    kill_everywhere({"prepare", second_guest(), running,
                     [](HookWorld& world) { succeed(world, "release", second_guest()); }});
}

} // namespace
} // namespace nova_rt::test

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return nova_rt::test::run_in_own_namespaces([] { return RUN_ALL_TESTS(); });
}
