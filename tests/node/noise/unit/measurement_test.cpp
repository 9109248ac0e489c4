#include "node/noise/meter/measurement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace nova_rt::noise {
namespace {

constexpr int kGuest = 500;

ThreadSample thread(int tid, std::string name, const CpuSet& allowed, std::uint64_t arrivals,
                    unsigned last_cpu) {
    ThreadSample sample;
    sample.pid = tid;
    sample.tid = tid;
    sample.start_time = 100;
    sample.name = std::move(name);
    sample.allowed = allowed;
    sample.counts = {.run_ns = arrivals * 1000, .run_delay_ns = arrivals * 10, .arrivals = arrivals};
    sample.last_cpu = last_cpu;
    return sample;
}

ThreadSample kernel_thread(int tid, std::string name, unsigned cpu, std::uint64_t arrivals) {
    auto sample = thread(tid, std::move(name), CpuSet{cpu}, arrivals, cpu);
    sample.kernel = true;
    sample.immovable = true;
    return sample;
}

ThreadSample vcpu(int tid, const CpuSet& allowed, std::uint64_t arrivals, unsigned last_cpu) {
    auto sample = thread(tid, "CPU 1/KVM", allowed, arrivals, last_cpu);
    sample.pid = kGuest;
    sample.nonvoluntary_switches = arrivals / 2;
    return sample;
}

/// CPU 3 is measured; the snapshots are 20 s apart.
class MeasurementTest : public testing::Test {
protected:
    MeasurementTest() {
        opening_.counters.uptime_seconds = 10;
        closing_.counters.uptime_seconds = 30;
    }

    void add(const ThreadSample& before, const ThreadSample& after) {
        opening_.threads.push_back(before);
        closing_.threads.push_back(after);
        if (is_own(before, 3, subject_)) {
            opening_.counters.own[before.tid] = before.counts;
            closing_.counters.own[after.tid] = after.counts;
        }
    }

    void count_arrivals(std::uint64_t before, std::uint64_t after) {
        opening_.counters.arrivals = {{3, before}};
        closing_.counters.arrivals = {{3, after}};
    }

    [[nodiscard]] CpuNoise measured(const WindowFacts& facts = {}) {
        result_ = measure(subject_, opening_, closing_, facts);
        EXPECT_EQ(result_.cpus.size(), 1U);
        return result_.cpus.at(0);
    }

    Subject subject_{.cpus = CpuSet{3}, .guests = {kGuest}};
    Snapshot opening_;
    Snapshot closing_;
    Measurement result_;
};

TEST_F(MeasurementTest, CountsForeignSwitchesByNameWithTheTrigger) {
    add(kernel_thread(20, "ksoftirqd/3", 3, 10), kernel_thread(20, "ksoftirqd/3", 3, 30));
    add(vcpu(501, CpuSet{3}, 100, 3), vcpu(501, CpuSet{3}, 900, 3));
    const WindowFacts facts{.histogram = SwitchHistogram{.switches = {{3, 0, "swapper/3", 50},
                                                                      {3, 20, "ksoftirqd/3", 20},
                                                                      {3, 501, "CPU 1/KVM", 800},
                                                                      {3, 77, "intruder", 7},
                                                                      {3, 78, "intruder", 5},
                                                                      {3, 79, "ksoftirqd/3", 2},
                                                                      {2, 77, "intruder", 900}},
                                                         .dropped = 0},
                            .osnoise = {}};
    const auto noise = measured(facts);
    EXPECT_EQ(result_.basis, SwitchBasis::Trigger);
    EXPECT_EQ(noise.foreign, 14U);
    // a task that only calls itself ksoftirqd/3 is foreign
    EXPECT_EQ(noise.foreign_tasks, (std::vector<NamedCount>{{"intruder", 12}, {"ksoftirqd/3", 2}}));
    EXPECT_EQ(noise.own_tasks, (std::vector<NamedCount>{{"CPU 1/KVM", 800}, {"ksoftirqd/3", 20}}));
    EXPECT_EQ(noise.idle, 50U);
    EXPECT_DOUBLE_EQ(result_.seconds, 20);
}

TEST_F(MeasurementTest, SubtractsOwnThreadsFromTheKernelsCount) {
    count_arrivals(1000, 2000);
    add(kernel_thread(20, "ksoftirqd/3", 3, 10), kernel_thread(20, "ksoftirqd/3", 3, 30));
    add(vcpu(501, CpuSet{3}, 100, 3), vcpu(501, CpuSet{3}, 900, 3));
    closing_.threads.push_back(kernel_thread(21, "kworker/3:2", 3, 6)); // born in the window
    const auto noise = measured();
    EXPECT_EQ(result_.basis, SwitchBasis::Schedstat);
    EXPECT_EQ(noise.passive_foreign, 1000 - 20 - 800 - 6);
    EXPECT_EQ(noise.foreign, 174U);
    EXPECT_TRUE(noise.foreign_tasks.empty());
}

TEST_F(MeasurementTest, AnotherGuestsVcpuAndAFloatingVcpuAreForeign) {
    count_arrivals(0, 100);
    auto strange = vcpu(601, CpuSet{3}, 0, 3);
    strange.pid = 600;
    auto later = strange;
    later.counts.arrivals = 40;
    add(strange, later);
    add(vcpu(502, CpuSet{2, 3}, 0, 3), vcpu(502, CpuSet{2, 3}, 60, 3));
    EXPECT_EQ(measured().foreign, 100U);
    EXPECT_TRUE(result_.vcpus.empty());
}

TEST_F(MeasurementTest, AThreadThatBecomesOwnOnlyLaterWasForeign) {
    count_arrivals(0, 100);
    auto before = kernel_thread(20, "kworker/u8:1", 3, 0);
    before.allowed = CpuSet{0, 1, 2, 3};
    add(before, kernel_thread(20, "kworker/u8:1", 3, 100));
    EXPECT_EQ(measured().foreign, 100U);
}

TEST_F(MeasurementTest, NamesSuspectsByWhereTheyMayRunAndWereSeen) {
    add(thread(30, "pinned", CpuSet{3}, 5, 3), thread(30, "pinned", CpuSet{3}, 25, 3));
    add(thread(31, "passing", CpuSet{2, 3}, 5, 3), thread(31, "passing", CpuSet{2, 3}, 9, 2));
    add(thread(32, "elsewhere", CpuSet{2, 3}, 5, 2), thread(32, "elsewhere", CpuSet{2, 3}, 500, 2));
    add(thread(33, "asleep", CpuSet{3}, 5, 3), thread(33, "asleep", CpuSet{3}, 5, 3));
    add(kernel_thread(34, "ksoftirqd/3", 3, 1), kernel_thread(34, "ksoftirqd/3", 3, 99));
    const auto noise = measured();
    EXPECT_EQ(result_.basis, SwitchBasis::Guess);
    EXPECT_EQ(noise.suspects, (std::vector<Suspect>{{"pinned", Suspicion::Pinned, 20, 20000},
                                                    {"passing", Suspicion::LastCpu, 4, 4000}}));
    EXPECT_EQ(noise.foreign, 24U);
}

TEST_F(MeasurementTest, ATaskThatNeverLeavesTheCpuIsForeignWithoutASwitch) {
    count_arrivals(100, 100);
    auto after = thread(30, "spinner", CpuSet{0, 3}, 5, 3);
    after.counts.run_ns += 20'000'000'000;
    add(thread(30, "spinner", CpuSet{0, 3}, 5, 3), after);
    const auto noise = measured();
    ASSERT_EQ(noise.suspects.size(), 1U);
    EXPECT_EQ(noise.suspects[0].suspicion, Suspicion::Resident);
    EXPECT_EQ(noise.foreign, 1U);
}

TEST_F(MeasurementTest, CountsInterruptsByLineAndTicks) {
    opening_.counters.interrupts = {{"24", "virtio0", {{3, 10}}},
                                    {"LOC", "Local timer", {{3, 100}}},
                                    {"25", "unplugged and back", {{3, 9}}}};
    closing_.counters.interrupts = {{"24", "virtio0", {{3, 10}}},
                                    {"LOC", "Local timer", {{3, 350}}},
                                    {"25", "unplugged and back", {{3, 2}}},
                                    {"26", "new", {{2, 4}, {3, 4}}}};
    const auto noise = measured();
    EXPECT_EQ(noise.interrupts,
              (std::vector<LineCount>{
                  {"LOC", "Local timer", 250}, {"26", "new", 4}, {"25", "unplugged and back", 2}}));
    EXPECT_EQ(noise.ticks, 250U);
}

TEST_F(MeasurementTest, ReportsVcpusOfTheGuest) {
    add(vcpu(501, CpuSet{3}, 100, 3), vcpu(501, CpuSet{3}, 900, 3));
    static_cast<void>(measured());
    ASSERT_EQ(result_.vcpus.size(), 1U);
    EXPECT_EQ(result_.vcpus[0].nonvoluntary_switches, 400U);
    EXPECT_EQ(result_.vcpus[0].counts.run_delay_ns, 8000U);
    EXPECT_EQ(result_.vcpus[0].cpu, 3U);
}

} // namespace
} // namespace nova_rt::noise
