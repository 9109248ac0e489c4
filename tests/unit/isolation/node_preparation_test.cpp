#include "isolation/node_preparation.hpp"

#include "knobs/scope_partition.hpp"
#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

using testing::HasSubstr;

const NovaCpuSets kSets{.dedicated = CpuSet{4, 5, 6, 7}, .shared = CpuSet{2, 3}};

/// systemd, which writes the slice's cpuset.cpus.
class FixtureUnits final : public UnitControl {
public:
    explicit FixtureUnits(const FixtureHost& host) : host_(host) {}

    [[nodiscard]] Status allow_cpus(const std::string& unit, const CpuSet& cpus) override {
        calls.push_back(unit + " " + cpus.to_cpulist());
        const int error = host_.cpuset().write("/" + unit, "cpuset.cpus", cpus.to_cpulist() + "\n");
        return error == 0 ? Status{} : Status(fail(system_error(error, "write")));
    }

    std::vector<std::string> calls;

private:
    const FixtureHost& host_;
};

struct NodePreparationTest : testing::Test {
    explicit NodePreparationTest(RemotePartitions remote = RemotePartitions::No) {
        host.use_cgroup2(remote);
        host.cpuset().add("/machine.slice/machine-1.scope/libvirt/emulator", "2-3");
        host.cpuset().add("/machine.slice/machine-1.scope/libvirt/vcpu0", "4");
        host.put("sys/fs/cgroup/machine.slice/cpuset.cpus", "\n");
    }

    [[nodiscard]] EnginePorts ports() {
        return {.reader = fixture.reader,
                .writer = fixture.writer,
                .threads = fixture.threads,
                .lister = fixture.lister,
                .lock = fixture.lock,
                .journal = fixture.journal,
                .leases = fixture.leases,
                .clock = fixture.clock};
    }

    [[nodiscard]] NodePreparation node() {
        return {ports(), units, [this](const CpuSet& dedicated) {
                    if (dedicated.empty()) {
                        host.erase(kPreparedNodeFile);
                    } else {
                        host.put(kPreparedNodeFile, dedicated.to_cpulist());
                    }
                    return Status{};
                }};
    }

    [[nodiscard]] std::string partition() const {
        return host.get("sys/fs/cgroup/machine.slice/cpuset.cpus.partition");
    }

    void expect_refused(const NovaCpuSets& sets, const std::string& why) {
        const auto before = host.snapshot();
        const auto refused = node().prepare(sets);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::Refused);
        EXPECT_THAT(refused.error().message(), HasSubstr(why));
        EXPECT_EQ(host.snapshot(), before);
    }

    FixtureHost host{8};
    EngineOnFixture fixture{host};
    FixtureUnits units{host};
};

TEST_F(NodePreparationTest, MakesTheSliceAPartitionRootAndUndoesIt) {
    const auto before = host.snapshot();
    const auto cpus = node().prepare(kSets);
    ASSERT_TRUE(cpus) << cpus.error().message();
    EXPECT_EQ(cpus->to_cpulist(), "2-7");
    EXPECT_EQ(partition(), "root");
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.effective"), "0-1");
    EXPECT_EQ(host.get(kPreparedNodeFile), "4-7");
    ASSERT_TRUE(node().prepare(kSets)) << "again";
    ASSERT_TRUE(node().unprepare());
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_EQ(units.calls.back(), "machine.slice ");
    EXPECT_TRUE(node().unprepare()) << "again";
}

TEST_F(NodePreparationTest, RefusesSetsThatDoNotSayWhereEverybodyIs) {
    expect_refused({.dedicated = CpuSet{4}, .shared = {}}, "both cpu_dedicated_set and cpu_shared_set");
    expect_refused({.dedicated = CpuSet{4}, .shared = CpuSet{3, 4}}, "overlap on 4");
    expect_refused({.dedicated = CpuSet::range(2, 7), .shared = CpuSet{0, 1}}, "no CPU of its own");
    expect_refused({.dedicated = CpuSet{5, 6}, .shared = CpuSet{2, 3}}, "libvirt/vcpu0/cpuset.cpus reads 4");
    EXPECT_TRUE(units.calls.empty());
}

TEST_F(NodePreparationTest, GivesEverythingBackWhenTheKernelRefuses) {
    host.cpuset().add("/user.slice", "3");
    EXPECT_EQ(host.cpuset().write("/user.slice", "cpuset.cpus.partition", "root"), 0);
    expect_refused(kSets, "root invalid (Cpu list in cpuset.cpus not exclusive)");
    EXPECT_EQ(units.calls.back(), "machine.slice ");
}

TEST_F(NodePreparationTest, KeepsThePreparationWhileThereAreLeases) {
    ASSERT_TRUE(node().prepare(kSets));
    ASSERT_TRUE(fixture.engine.prepare(realtime_guest(1, {4})));
    const auto refused = node().unprepare();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("1 have leases"));
    EXPECT_EQ(partition(), "root");
}

TEST_F(NodePreparationTest, FindsAndRepairsCpusThatTheRootLost) {
    EXPECT_TRUE(leaked_cpus(fixture.reader).empty());
    ASSERT_TRUE(node().prepare(kSets));
    EXPECT_TRUE(leaked_cpus(fixture.reader).empty()) << "they are the slice's";
    ASSERT_TRUE(node().unprepare());
    host.put("sys/fs/cgroup/cpuset.cpus.effective", "0-1\n"); // what Linux 6.1 leaves behind
    const auto repaired = repair_leaked_cpus(ports());
    ASSERT_TRUE(repaired) << repaired.error().message();
    EXPECT_EQ(repaired->to_cpulist(), "2-7");
    EXPECT_EQ(host.get("sys/fs/cgroup/cpuset.cpus.effective"), "0-7");
    EXPECT_EQ(host.get("sys/fs/cgroup/machine.slice/cpuset.cpus"), "");
    EXPECT_TRUE(repair_leaked_cpus(ports())->empty());
}

struct NodeWithRemotePartitions : NodePreparationTest {
    NodeWithRemotePartitions() : NodePreparationTest(RemotePartitions::Yes) {}
};

TEST_F(NodeWithRemotePartitions, NeedsNoPreparation) {
    expect_refused(kSets, "this kernel has remote partitions");
    host.put("sys/fs/cgroup/cpuset.cpus.effective", "0-1\n");
    EXPECT_TRUE(leaked_cpus(fixture.reader).empty()) << "the CPUs of remote partitions";
}

} // namespace
} // namespace nova_rt::test
