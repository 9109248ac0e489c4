#include "adapters/linux_host/linux_thread_control.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <thread>

namespace nova_rt::test {
namespace {

/// A real thread that sleeps until the test is over.
class SleepingThread {
public:
    SleepingThread() {
        std::promise<Tid> started;
        auto tid = started.get_future();
        thread_ = std::thread([this, &started] {
            started.set_value(Tid{::gettid()});
            stop_.get_future().wait();
        });
        tid_ = tid.get();
    }

    SleepingThread(const SleepingThread&) = delete;
    SleepingThread& operator=(const SleepingThread&) = delete;

    ~SleepingThread() {
        stop_.set_value();
        thread_.join();
    }

    [[nodiscard]] Tid tid() const { return tid_; }

private:
    std::promise<void> stop_;
    std::thread thread_;
    Tid tid_;
};

TEST(LinuxThreadControlTest, MovesAThreadAndReadsItBack) {
    const SleepingThread thread;
    LinuxThreadControl control;
    const auto before = control.affinity(thread.tid());
    ASSERT_TRUE(before);
    const CpuSet last{*before->last()};
    ASSERT_TRUE(control.set_affinity(thread.tid(), last));
    EXPECT_EQ(control.affinity(thread.tid()).value(), last);
    ASSERT_TRUE(control.set_affinity(thread.tid(), *before));
    EXPECT_EQ(control.affinity(thread.tid()).value(), *before);
}

TEST(LinuxThreadControlTest, ChangesThePolicyAndReadsItBack) {
    const SleepingThread thread;
    LinuxThreadControl control;
    EXPECT_EQ(control.scheduling(thread.tid()).value(), Scheduling{});
    const Scheduling batch{.policy = SchedulingPolicy::Batch, .priority = 0};
    ASSERT_TRUE(control.set_scheduling(thread.tid(), batch));
    EXPECT_EQ(control.scheduling(thread.tid()).value(), batch);
}

TEST(LinuxThreadControlTest, RefusesAMaskWithoutAnyCpuOfTheMachine) {
    const SleepingThread thread;
    LinuxThreadControl control;
    EXPECT_EQ(control.set_affinity(thread.tid(), CpuSet{CpuSet::kMaxCpus - 1}).error().system_errno(),
              EINVAL);
    EXPECT_EQ(control.set_affinity(thread.tid(), CpuSet{}).error().system_errno(), EINVAL);
}

TEST(LinuxThreadControlTest, SaysNotFoundForAThreadThatIsGone) {
    LinuxThreadControl control;
    const Tid gone{0x7fffffff};
    EXPECT_EQ(control.affinity(gone).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(control.scheduling(gone).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(control.set_affinity(gone, CpuSet{0}).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(control.set_scheduling(gone, {}).error().code(), ErrorCode::NotFound);
}

} // namespace
} // namespace nova_rt::test
