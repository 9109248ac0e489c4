#include "adapters/linux_host/proc_thread_lister.hpp"

#include "adapters/linux_host/linux_host_reader.hpp"
#include "support/fake_host_reader.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <thread>

namespace nova_rt::test {
namespace {

constexpr const char* kStat =
    "4711 (CPU 0) (KVM)) S 1 4711 4711 0 -1 138412416 0 0 0 0 1 2 0 0 20 0 4 0 987654 0 0 "
    "0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 7 1 0 0 0 0 0 0 0 0 0 0 0";

TEST(ParseThreadStat, ReadsBehindAnyName) {
    const auto thread = parse_thread_stat(kStat);
    ASSERT_TRUE(thread) << thread.error().message();
    EXPECT_EQ(thread->identity.tid, Tid{4711});
    EXPECT_EQ(thread->identity.start_time, 987654U);
    EXPECT_EQ(thread->comm, "CPU 0) (KVM)");
    EXPECT_EQ(thread->scheduling, (Scheduling{SchedulingPolicy::Fifo, 7}));
    EXPECT_FALSE(thread->kernel);
}

TEST(ParseThreadStat, RefusesWhatIsNoStat) {
    for (const char* text : {"", "1", "1 (a", "1 a) S", "x (a) S 1 2 3", "1 (a) S 1 2 3"}) {
        EXPECT_EQ(parse_thread_stat(text).error().code(), ErrorCode::Corrupt) << text;
    }
}

struct ProcThreadListerTest : testing::Test {
    LinuxHostReader reader{RootDirectory::open("/").value()};
    ProcThreadLister lister{reader};
};

TEST_F(ProcThreadListerTest, SeesTheThreadsOfARealProcess) {
    std::promise<Tid> started;
    std::promise<void> stop;
    std::thread thread([&] {
        ::prctl(PR_SET_NAME, "CPU 7/KVM");
        started.set_value(Tid{::gettid()});
        stop.get_future().wait();
    });
    const Tid tid = started.get_future().get();
    const auto threads = lister.threads_of(Pid{::getpid()});
    const auto self = lister.thread(Tid{::getpid()});
    stop.set_value();
    thread.join();
    ASSERT_TRUE(threads);
    ASSERT_TRUE(self);
    EXPECT_EQ(threads->front().identity, self->identity);
    EXPECT_TRUE(std::ranges::any_of(*threads, [&](const ThreadInfo& info) {
        return info.identity.tid == tid && info.comm == "CPU 7/KVM" && !info.kernel;
    }));
}

TEST_F(ProcThreadListerTest, SeesKernelThreadsOnly) {
    const auto threads = lister.kernel_threads();
    ASSERT_TRUE(threads);
    EXPECT_TRUE(std::ranges::all_of(*threads, &ThreadInfo::kernel));
}

struct KernelThreadsOfATree : testing::Test {
    void put(int pid, const std::string& comm, unsigned flags) {
        const std::string directory = "proc/" + std::to_string(pid);
        host.set(directory + "/stat",
                 std::to_string(pid) + " (" + comm + ") S 0 0 0 0 -1 " + std::to_string(flags) +
                     " 0 0 0 0 0 0 0 0 20 0 1 0 7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0");
    }

    [[nodiscard]] std::vector<int> seen() const {
        std::vector<int> ids;
        const auto threads = ProcThreadLister(host).kernel_threads();
        for (const auto& thread : threads ? *threads : std::vector<ThreadInfo>{}) {
            ids.push_back(thread.identity.tid.value);
        }
        return ids;
    }

    static constexpr unsigned kKernel = 0x200000;
    FakeHostReader host;
};

TEST_F(KernelThreadsOfATree, AreKthreaddAndItsChildrenWhereTheKernelListsThem) {
    put(2, "kthreadd", kKernel);
    put(3, "kswapd0", kKernel);
    put(44, "rcuog/0", kKernel);
    host.set("proc/99/stat", "never read: not a child");
    host.set("proc/2/task/2/children", "3 44 ");
    EXPECT_EQ(seen(), (std::vector{2, 3, 44}));
}

TEST_F(KernelThreadsOfATree, AreLookedForEverywhereWithoutThatFile) {
    put(2, "kthreadd", kKernel);
    put(3, "kswapd0", kKernel);
    put(99, "qemu", 0);
    EXPECT_EQ(seen(), (std::vector{2, 3}));
}

TEST_F(KernelThreadsOfATree, AreLookedForEverywhereWhereNumberTwoIsSomebodyElse) {
    put(2, "kthreadd", 0);
    put(77, "kswapd0", kKernel);
    host.set("proc/2/task/2/children", "3 44 ");
    EXPECT_EQ(seen(), (std::vector{77}));
}

TEST_F(KernelThreadsOfATree, SayWhetherTheKernelLetsThemMove) {
    put(5, "kworker/R-mm", kKernel | 0x04000000);
    EXPECT_TRUE(ProcThreadLister(host).thread(Tid{5})->fixed_affinity);
    put(6, "kswapd0", kKernel);
    EXPECT_FALSE(ProcThreadLister(host).thread(Tid{6})->fixed_affinity);
}

TEST_F(ProcThreadListerTest, SaysNotFoundForAProcessThatIsGone) {
    EXPECT_EQ(lister.threads_of(Pid{0x7fffffff}).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(lister.thread(Tid{0x7fffffff}).error().code(), ErrorCode::NotFound);
}

} // namespace
} // namespace nova_rt::test
