#include "isolation/pmd_finder.hpp"

#include "support/engine_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kSwitch = 700;

class PmdFinder : public testing::Test {
protected:
    void add_process(const std::string& program, const std::vector<std::pair<std::string, CpuSet>>& threads) {
        std::vector<FixtureThread> all;
        for (const auto& [comm, affinity] : threads) {
            all.push_back({.tid = kSwitch + static_cast<int>(all.size()),
                           .comm = comm,
                           .affinity = affinity,
                           .scheduling = {},
                           .cgroup = "/system.slice"});
        }
        host_.add_process(kSwitch, all);
        host_.put_link("proc/" + std::to_string(kSwitch) + "/exe", program);
    }

    std::vector<PmdThread> find() {
        const EngineOnFixture fixture(host_);
        return find_pmd_threads({fixture.reader, fixture.lister, fixture.threads});
    }

    FixtureHost host_{8};
};

TEST_F(PmdFinder, FindsBoundThreadsOfASwitchByPcpu) {
    add_process("/usr/sbin/ovs-vswitchd", {{"ovs-vswitchd", CpuSet::range(0, 7)},
                                           {"pmd-c05/id:12", {5}},
                                           {"revalidator7", {4}},
                                           {"pmd-c02/id:8", {2}}});
    EXPECT_THAT(find(),
                ElementsAre(PmdThread{PcpuId{2}, Tid{703}, Pid{kSwitch}, "pmd-c02/id:8", "ovs-vswitchd"},
                            PmdThread{PcpuId{5}, Tid{701}, Pid{kSwitch}, "pmd-c05/id:12", "ovs-vswitchd"}));
}

TEST_F(PmdFinder, BelievesTheKernelAboutThePcpuAndNotTheName) {
    add_process("/usr/sbin/ovs-vswitchd", {{"pmd-c05/id:12", {3}}});
    ASSERT_EQ(find().size(), 1U);
    EXPECT_EQ(find()[0].pcpu, PcpuId{3});
}

TEST_F(PmdFinder, IgnoresThreadsThatFloat) {
    add_process("/usr/sbin/ovs-vswitchd", {{"pmd-c05/id:12", {3, 4}}});
    EXPECT_THAT(find(), IsEmpty());
}

TEST_F(PmdFinder, IgnoresTheNameInAnotherProgram) {
    add_process("/tmp/not-ovs-vswitchd", {{"pmd-c05/id:12", {5}}});
    EXPECT_THAT(find(), IsEmpty());
}

TEST_F(PmdFinder, IgnoresAProcessWhoseProgramCannotBeSeen) {
    host_.add_switch(kSwitch, kSwitch + 1, 3);
    ASSERT_EQ(find().size(), 1U);
    host_.erase("proc/" + std::to_string(kSwitch) + "/exe");
    EXPECT_THAT(find(), IsEmpty());
}

struct NamedSwitch {
    const char* path;
    const char* name;
};

class SwitchPrograms : public PmdFinder, public testing::WithParamInterface<NamedSwitch> {};

TEST_P(SwitchPrograms, AreKnownByTheirFileName) {
    add_process(GetParam().path, {{"pmd-c05/id:12", {5}}});
    ASSERT_EQ(find().size(), 1U);
    EXPECT_EQ(find()[0].program, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    All, SwitchPrograms,
    testing::Values(NamedSwitch{"/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk", "ovs-vswitchd-dpdk"},
                    NamedSwitch{"/usr/sbin/ovs-vswitchd.dpdk (deleted)", "ovs-vswitchd.dpdk"},
                    NamedSwitch{"ovs-vswitchd", "ovs-vswitchd"}));

class OtherNames : public PmdFinder, public testing::WithParamInterface<const char*> {};

TEST_P(OtherNames, AreNoPmdThreads) {
    add_process("/usr/sbin/ovs-vswitchd", {{GetParam(), {5}}});
    EXPECT_THAT(find(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, OtherNames,
                         testing::Values("pmd-c05", "pmd-c/id:8", "pmd-c05/id:", "pmd-cxx/id:8",
                                         "pmd-c-5/id:8", "xpmd-c05/id:8", "pmd-c05/id:8x", "pmd", ""));

TEST(PmdThreads, AreDescribedWithQuotedNames) {
    const std::vector<PmdThread> threads = {
        {PcpuId{2}, Tid{7}, Pid{6}, "pmd-c02/id:8", "ovs-\x1b[2Jvswitchd"},
        {PcpuId{4}, Tid{9}, Pid{6}, "pmd-c04/id:9", "ovs-vswitchd"}};
    EXPECT_EQ(pcpus_of(threads), (CpuSet{2, 4}));
    EXPECT_THAT(describe_on(threads, {2}), HasSubstr("thread 7"));
    EXPECT_EQ(describe_on(threads, {2}).find('\x1b'), std::string::npos);
    EXPECT_EQ(describe_on(threads, {4}), R"("pmd-c04/id:9" of "ovs-vswitchd" (thread 9))");
    EXPECT_EQ(describe_on(threads, {3}), "");
}

} // namespace
} // namespace nova_rt::test
