#include "domainxml/domain_template.hpp"

#include "support/file_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace nova_rt {
namespace {

using testing::HasSubstr;

std::string shipped() {
    return test::source_file_text("xml-templates/realtime-guest.xml");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

void expect_refused(const std::string& xml, const std::string& why) {
    const auto skeleton = DomainTemplate::load(xml);
    ASSERT_FALSE(skeleton) << why;
    EXPECT_EQ(skeleton.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(skeleton.error().message(), HasSubstr("load domain template"));
    EXPECT_THAT(skeleton.error().message(), HasSubstr(why));
}

TEST(DomainTemplate, LoadsWhatIsShipped) {
    for (const char* name : {"realtime-guest.xml", "realtime-guest-ovs-dpdk.xml"}) {
        const auto skeleton =
            DomainTemplate::load(test::source_file_text(std::string("xml-templates/") + name));
        EXPECT_TRUE(skeleton) << name << ": " << skeleton.error().message();
    }
}

TEST(DomainTemplate, KeepsWhatTheOperatorAdds) {
    std::string xml = replaced(shipped(), "<cpu/>", "<cpu/><on_crash>destroy</on_crash>");
    xml = replaced(xml, "<acpi/>", "<acpi/><ioapic driver='qemu'/>");
    xml = replaced(xml, "<devices>", "<devices><vsock model='virtio'/>");
    const auto skeleton = DomainTemplate::load(xml);
    ASSERT_TRUE(skeleton) << skeleton.error().message();
    const auto copy = skeleton->instantiate();
    EXPECT_TRUE(copy.root().child("on_crash"));
    EXPECT_TRUE(copy.root().child("features")->child("ioapic"));
    EXPECT_TRUE(copy.root().child("devices")->child("vsock"));
}

TEST(DomainTemplate, RefusesWhatComposersWouldContradict) {
    expect_refused(replaced(shipped(), "<uuid/>", "<uuid>x</uuid>"), "<uuid> in line 6 must be empty");
    expect_refused(replaced(shipped(), "<vcpu/>", "<vcpu current='1'/>"), "<vcpu>");
    expect_refused(replaced(shipped(), "<cputune/>", "<cputune><vcpupin/></cputune>"), "<cputune>");
    expect_refused(replaced(shipped(), "<memoryBacking/>", "<memoryBacking><locked/></memoryBacking>"),
                   "<locked>");
    expect_refused(replaced(shipped(), "<acpi/>", "<pmu state='on'/>"), "<pmu>");
    expect_refused(replaced(shipped(), "<devices>", "<devices><disk/>"), "<disk>");
    expect_refused(replaced(shipped(), "<clock offset=\"utc\"/>", "<clock><timer name='tsc'/></clock>"),
                   "<timer>");
}

TEST(DomainTemplate, RefusesMissingDoubledAndUnknownElements) {
    expect_refused(replaced(shipped(), "<numatune/>", ""), "has 0 <numatune> elements");
    expect_refused(replaced(shipped(), "<name/>", "<name/><name/>"), "has 2 <name> elements");
    expect_refused(replaced(shipped(), "<name/>", "<name/><maxMemory/>"),
                   "<maxMemory> in line 7 is not known");
    expect_refused(replaced(shipped(), "<name/>", "<name/><x:pm xmlns:x='urn:x'/>"), "<pm>");
    expect_refused(replaced(shipped(), "<domain>", "<domain type='kvm'>"), "<domain>");
    expect_refused("<network/>", "must be <domain>");
    expect_refused("<domain>", "line 1");
}

TEST(DomainTemplate, AllowsOnePatternForVhostUserPorts) {
    const auto with = [](const std::string& interfaces) {
        return replaced(shipped(), "<devices>", "<devices>" + interfaces);
    };
    EXPECT_TRUE(DomainTemplate::load(with("<interface type='vhostuser'><driver queues='2'/></interface>")));
    expect_refused(with("<interface type='bridge'/>"), "must be the only one and of type vhostuser");
    expect_refused(with("<interface type='vhostuser'/><interface type='vhostuser'/>"),
                   "must be the only one");
    expect_refused(with("<interface type='vhostuser'><mac address='x'/></interface>"), "<mac>");
}

TEST(DomainTemplate, IsSharedBetweenThreads) {
    const auto skeleton = DomainTemplate::load(shipped());
    ASSERT_TRUE(skeleton);
    const auto expected = skeleton->instantiate().serialise();
    std::vector<std::thread> threads;
    std::atomic<int> equal = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, copy = *skeleton] {
            for (int round = 0; round < 100; ++round) {
                equal += copy.instantiate().serialise() == expected ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(equal, 400);
}

TEST(DomainTemplate, RefusesDoctype) {
    const auto skeleton = DomainTemplate::load("<!DOCTYPE domain><domain/>");
    ASSERT_FALSE(skeleton);
    EXPECT_EQ(skeleton.error().code(), ErrorCode::Refused);
}

} // namespace
} // namespace nova_rt
