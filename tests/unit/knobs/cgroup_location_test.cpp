#include "knobs/cgroup_location.hpp"

#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

TEST(CgroupLocationTest, PrefersTheHierarchyWithTheCpusetController) {
    const auto v1 =
        parse_cgroup_location("9:name=systemd:/a\n3:cpu,cpuset:/machine/qemu-1-a.libvirt-qemu/vcpu0\n0::/b");
    EXPECT_EQ(v1, (CgroupLocation{"cpuset", "/machine/qemu-1-a.libvirt-qemu/vcpu0"}));
    EXPECT_EQ(v1->leaf(), "vcpu0");
    EXPECT_EQ(v1->parent(), "/machine/qemu-1-a.libvirt-qemu");
    const auto v2 = parse_cgroup_location("0::/machine.slice/machine-qemu\\x2d1.scope/libvirt/emulator");
    EXPECT_EQ(v2, (CgroupLocation{"unified", "/machine.slice/machine-qemu\\x2d1.scope/libvirt/emulator"}));
    EXPECT_EQ(parse_cgroup_location("5:memory:/x"), std::nullopt);
    EXPECT_EQ(parse_cgroup_location("nonsense\n::"), std::nullopt);
}

TEST(CgroupLocationTest, KeepsAColonInAPath) {
    EXPECT_EQ(parse_cgroup_location("0::/a:b")->path, "/a:b");
}

TEST(CgroupLocationTest, FindsTheMountPoint) {
    const FixtureHost host;
    host.put("proc/self/mountinfo", "25 1 0:23 / /sys/fs/cgroup/unified rw shared:4 - cgroup2 cgroup2 rw\n"
                                    "30 25 0:26 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n");
    EngineOnFixture fixture(host);
    EXPECT_EQ(cgroup_mount(fixture.reader, "cpuset").value(), "sys/fs/cgroup/cpuset");
    EXPECT_EQ(cgroup_mount(fixture.reader, "unified").value(), "sys/fs/cgroup/unified");
    EXPECT_EQ(cgroup_mount(fixture.reader, "memory").error().code(), ErrorCode::Unsupported);
}

} // namespace
} // namespace nova_rt::test
