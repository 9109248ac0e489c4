#include "domainxml/realtime_additions.hpp"

#include "domainxml/xml_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Outcome {
    std::string xml;
    std::vector<Reason> reasons;
    std::optional<Refusal> refusal;
};

/// A KVM guest with FIFO vCPUs 1 to 3 on pCPUs 5 to 7, and the given elements.
std::string guest(const std::string& elements, const std::string& type = "kvm",
                  const std::string& architecture = "x86_64") {
    return "<domain type='" + type +
           "'><name>i</name><uuid>11111111-2222-4333-8444-555555555555</uuid><vcpu>4</vcpu>"
           "<os><type arch='" +
           architecture +
           "'>hvm</type></os><cputune><vcpupin vcpu='0' cpuset='4'/><vcpupin vcpu='1' cpuset='5'/>"
           "<vcpupin vcpu='2' cpuset='6'/><vcpupin vcpu='3' cpuset='7'/>"
           "<vcpusched vcpus='1-3' scheduler='fifo' priority='1'/></cputune>" +
           elements + "</domain>";
}

Outcome applied(const std::string& xml, const Properties& extra_specs, const CacheControl* caches = nullptr) {
    const auto document = XmlDocument::parse(xml);
    EXPECT_TRUE(document) << document.error().message();
    Flavor flavor;
    flavor.name = "rt.small";
    flavor.extra_specs = extra_specs;
    auto reasons = apply_realtime_additions(flavor, caches, document->root());
    const auto written = document->serialise();
    EXPECT_TRUE(written);
    return {.xml = written.value_or(""),
            .reasons = reasons ? *reasons : std::vector<Reason>{},
            .refusal = reasons ? std::nullopt : std::optional(reasons.error())};
}

CacheControl two_caches() {
    CacheControl caches;
    caches.l3 = {{.id = 0, .cpus = CpuSet::range(0, 5), .size = KiB{32768}},
                 {.id = 8, .cpus = CpuSet::range(6, 11), .size = KiB{32768}}};
    caches.allocation = CacheAllocation{.ways = 20, .min_ways = 2};
    caches.bandwidth = BandwidthAllocation{.min_percent = 20, .step_percent = 10};
    return caches;
}

TEST(RealtimeAdditions, PassTheHostsProcessorThrough) {
    const auto done =
        applied(guest("<cpu mode='host-model'><model>EPYC</model><topology sockets='4' cores='1' "
                      "threads='1'/><feature policy='disable' name='tsc-deadline'/></cpu>"),
                {{"rt:cpu_mode", "host-passthrough"}});
    EXPECT_THAT(done.xml, HasSubstr(R"(<cpu mode="host-passthrough">)"));
    EXPECT_THAT(done.xml, HasSubstr(R"(<feature policy="require" name="tsc-deadline"/>)"));
    EXPECT_THAT(done.xml, HasSubstr("<topology"));
    EXPECT_THAT(done.xml, Not(HasSubstr("<model>")));
}

TEST(RealtimeAdditions, WriteNothingOfX86OnArm) {
    const auto done =
        applied(guest("", "kvm", "aarch64"), {{"rt:cpu_mode", "host-passthrough"}, {"rt:pit", "qemu"}});
    EXPECT_THAT(done.xml, HasSubstr(R"(<cpu mode="host-passthrough"/>)"));
    EXPECT_THAT(done.xml, Not(HasSubstr("tsc-deadline")));
    EXPECT_THAT(done.xml, Not(HasSubstr("ioapic")));
    ASSERT_EQ(done.reasons.size(), 2U);
    EXPECT_EQ(done.reasons[1].severity, Reason::Severity::Warning);
}

TEST(RealtimeAdditions, LeaveAnEmulatedGuestItsProcessorAndTimers) {
    const auto done = applied(guest("<cpu mode='custom'/>", "qemu"),
                              {{"rt:cpu_mode", "host-passthrough"}, {"rt:pit", "qemu"}});
    EXPECT_THAT(done.xml, HasSubstr(R"(<cpu mode="custom"/>)"));
    EXPECT_THAT(done.xml, Not(HasSubstr("ioapic")));
    ASSERT_EQ(done.reasons.size(), 2U);
    EXPECT_EQ(done.reasons[0].severity, Reason::Severity::Warning);
    EXPECT_EQ(done.reasons[1].severity, Reason::Severity::Warning);
}

TEST(RealtimeAdditions, TakeThePitOutOfTheKernel) {
    const auto done = applied(guest("<features><acpi/></features>"), {{"rt:pit", "qemu"}});
    EXPECT_THAT(done.xml, HasSubstr(R"(<ioapic driver="qemu"/>)"));
    EXPECT_THAT(done.xml, HasSubstr("<acpi/>"));
    const auto kept = applied(guest("<features><acpi/></features>"), {{"rt:pit", "kernel"}});
    EXPECT_THAT(kept.xml, Not(HasSubstr("ioapic")));
    EXPECT_TRUE(kept.reasons.empty());
}

TEST(RealtimeAdditions, RemoveOrSilenceTheBalloon) {
    const std::string balloon = "<devices><memballoon model='virtio' autodeflate='on' "
                                "freePageReporting='on'><stats period='10'/></memballoon></devices>";
    const auto none = applied(guest(balloon), {{"rt:memory_balloon", "none"}});
    EXPECT_THAT(none.xml, HasSubstr(R"(<memballoon model="none"/>)"));
    EXPECT_THAT(none.xml, Not(HasSubstr("virtio")));
    const auto quiet = applied(guest(balloon), {{"rt:memory_balloon", "quiet"}});
    EXPECT_THAT(quiet.xml,
                HasSubstr(R"(<memballoon model="virtio" autodeflate="off" freePageReporting="off">)"));
    EXPECT_THAT(applied(guest(""), {{"rt:memory_balloon", "none"}}).xml, HasSubstr(R"(model="none")"))
        << "libvirt would add one";
}

TEST(RealtimeAdditions, AllocateMemoryAtOnce) {
    const auto done =
        applied(guest("<memoryBacking><locked/></memoryBacking>"), {{"rt:memory_allocation", "immediate"}});
    EXPECT_THAT(done.xml, HasSubstr(R"(<allocation mode="immediate"/>)"));
    EXPECT_THAT(done.xml, HasSubstr("<locked/>"));
}

TEST(RealtimeAdditions, ShareMemoryWhateverItIsMadeOf) {
    const Properties shared = {{"rt:memory_access", "shared"}};
    const auto plain = applied(guest(""), shared);
    EXPECT_THAT(plain.xml, HasSubstr(R"(<access mode="shared"/>)"));
    EXPECT_THAT(plain.xml, HasSubstr(R"(<source type="memfd"/>)"));
    const auto huge = applied(guest("<memoryBacking><hugepages/></memoryBacking>"), shared);
    EXPECT_THAT(huge.xml, HasSubstr(R"(<access mode="shared"/>)"));
    EXPECT_THAT(huge.xml, Not(HasSubstr("<source")));
    const auto file = applied(guest("<memoryBacking><source type='file'/></memoryBacking>"), shared);
    EXPECT_THAT(file.xml, HasSubstr(R"(<source type="file"/>)"));
    const auto cell = applied(guest("<cpu><numa><cell id='0' memAccess='private'/></numa></cpu>"), shared);
    EXPECT_THAT(cell.xml, HasSubstr(R"(memAccess="shared")"));
}

const std::string kPorts = "<devices><interface type='vhostuser'><mac address='fa:16:3e:00:00:01'/>"
                           "<source type='unix' path='/run/a' mode='client'/></interface>"
                           "<interface type='vhostuser'><source type='unix' path='/run/b' mode='server'/>"
                           "</interface></devices>";

TEST(RealtimeAdditions, NameEveryPortThatCannotReachTheGuestsMemory) {
    const auto warned = applied(guest(kPorts), {});
    ASSERT_EQ(warned.reasons.size(), 2U);
    EXPECT_THAT(warned.reasons[0].text, HasSubstr("fa:16:3e:00:00:01"));
    EXPECT_THAT(warned.reasons[0].text, HasSubstr("/run/a"));
    EXPECT_THAT(warned.reasons[0].text,
                HasSubstr("openstack flavor set --property rt:memory_access=shared rt.small"));
    EXPECT_THAT(warned.reasons[1].text, HasSubstr("/run/b"));

    const auto refused = applied(guest(kPorts), {{"rt:isolation", "required"}});
    ASSERT_TRUE(refused.refusal);
    EXPECT_EQ(refused.refusal->key, "rt:memory_access");
    EXPECT_THAT(refused.refusal->repair, HasSubstr("rt:memory_access=shared"));

    EXPECT_TRUE(applied(guest(kPorts + "<memoryBacking><access mode='shared'/></memoryBacking>"), {})
                    .reasons.empty());
    EXPECT_TRUE(
        applied(guest(kPorts + "<cpu><numa><cell memAccess='shared'/></numa></cpu>"), {}).reasons.empty());
    EXPECT_EQ(applied(guest(kPorts + "<cpu><numa><cell memAccess='shared'/><cell/></numa></cpu>"), {})
                  .reasons.size(),
              2U)
        << "one private cell is enough";
}

TEST(RealtimeAdditions, LetOnlyClientsReconnect) {
    const Properties keys = {{"rt:vhost_user_reconnect_s", "3"}, {"rt:memory_access", "shared"}};
    const auto done = applied(guest(kPorts), keys);
    EXPECT_THAT(done.xml, HasSubstr(R"(<reconnect enabled="yes" timeout="3"/>)"));
    const auto first = done.xml.find("<reconnect");
    EXPECT_LT(first, done.xml.find("/run/b"));
    EXPECT_EQ(done.xml.find("<reconnect", first + 1), std::string::npos);
    const auto never = applied(done.xml, {{"rt:vhost_user_reconnect_s", "0"}});
    EXPECT_THAT(never.xml, HasSubstr(R"(<reconnect enabled="no"/>)"));
}

TEST(RealtimeAdditions, GiveEachCacheItsRealtimeVcpus) {
    const auto caches = two_caches();
    const Properties keys = {{"rt:l3_cache_kib", "3000"}, {"rt:memory_bandwidth_percent", "41"}};
    const auto done = applied(guest(""), keys, &caches);
    // 32 MiB in 20 ways: libvirt counts 1677721 bytes a way, and 3000 KiB need two.
    EXPECT_THAT(done.xml,
                HasSubstr("<cachetune vcpus=\"1\">\n      <cache id=\"0\" level=\"3\" type=\"both\" "
                          "size=\"3355442\" unit=\"B\"/>"));
    EXPECT_THAT(done.xml, HasSubstr("<cachetune vcpus=\"2-3\">\n      <cache id=\"8\" level=\"3\""));
    EXPECT_THAT(done.xml, HasSubstr("<memorytune vcpus=\"2-3\">\n      <node id=\"8\" bandwidth=\"50\"/>"));
    EXPECT_EQ(applied(done.xml, keys, &caches).xml, done.xml);
}

TEST(RealtimeAdditions, KeepToTheHostsSmallestShares) {
    const auto caches = two_caches();
    const auto done =
        applied(guest(""), {{"rt:l3_cache_kib", "1"}, {"rt:memory_bandwidth_percent", "1"}}, &caches);
    EXPECT_THAT(done.xml, HasSubstr(R"(size="3355442")")) << "two ways";
    EXPECT_THAT(done.xml, HasSubstr(R"(bandwidth="20")"));
}

TEST(RealtimeAdditions, SplitCodeAndDataWhereTheHostDoes) {
    auto caches = two_caches();
    caches.allocation->kind = CacheAllocation::Kind::CodeAndData;
    const auto done = applied(guest(""), {{"rt:l3_cache_kib", "1"}}, &caches);
    EXPECT_THAT(done.xml, HasSubstr(R"(type="code")"));
    EXPECT_THAT(done.xml, HasSubstr(R"(type="data")"));
    EXPECT_THAT(done.xml, Not(HasSubstr(R"(type="both")")));
}

TEST(RealtimeAdditions, ReplaceAnOlderShareOfTheSameVcpus) {
    const auto caches = two_caches();
    const auto first = applied(guest(""), {{"rt:l3_cache_kib", "3000"}}, &caches);
    const auto second = applied(first.xml, {{"rt:l3_cache_kib", "6000"}}, &caches);
    EXPECT_THAT(second.xml, Not(HasSubstr("3355442")));
    EXPECT_EQ(second.xml.find("vcpus=\"1\"><cache"), std::string::npos);
    EXPECT_THAT(second.xml, HasSubstr(R"(size="6710884")"));
}

/// Why a share of the cache is left out, by the host that cannot give it.
std::vector<CacheControl> poor_hosts() {
    CacheControl no_allocation = two_caches();
    no_allocation.allocation.reset();
    CacheControl elsewhere = two_caches();
    elsewhere.l3[0].cpus = CpuSet{0};
    elsewhere.l3[1].cpus = CpuSet{1};
    CacheControl small = two_caches();
    small.l3[0].size = small.l3[1].size = KiB{2048};
    CacheControl nonsense = two_caches();
    nonsense.allocation->ways = 0;
    return {CacheControl{}, no_allocation, elsewhere, small, nonsense};
}

TEST(RealtimeAdditions, LeaveOutAShareTheHostCannotGive) {
    for (const auto& caches : poor_hosts()) {
        const auto warned = applied(guest(""), {{"rt:l3_cache_kib", "4096"}}, &caches);
        EXPECT_THAT(warned.xml, Not(HasSubstr("cachetune")));
        ASSERT_FALSE(warned.reasons.empty());
        EXPECT_EQ(warned.reasons[0].severity, Reason::Severity::Warning);
        EXPECT_EQ(warned.reasons[0].subject, "rt:l3_cache_kib");

        const auto refused =
            applied(guest(""), {{"rt:l3_cache_kib", "4096"}, {"rt:isolation", "required"}}, &caches);
        ASSERT_TRUE(refused.refusal);
        EXPECT_EQ(refused.refusal->stage, "xml");
        EXPECT_EQ(refused.refusal->key, "rt:l3_cache_kib");
        EXPECT_THAT(refused.refusal->repair, HasSubstr("openstack flavor"));
    }
    const auto unknown = applied(guest(""), {{"rt:memory_bandwidth_percent", "50"}}, nullptr);
    EXPECT_THAT(unknown.xml, Not(HasSubstr("memorytune")));
    ASSERT_EQ(unknown.reasons.size(), 1U);
}

TEST(RealtimeAdditions, SayWhatTheyDid) {
    const auto done =
        applied(guest(kPorts), {{"rt:memory_access", "shared"}, {"rt:memory_allocation", "immediate"}});
    std::vector<std::string> subjects;
    for (const auto& reason : done.reasons) {
        subjects.push_back(reason.subject);
        EXPECT_EQ(reason.severity, Reason::Severity::Info);
    }
    EXPECT_THAT(subjects, ElementsAre("rt:memory_allocation", "rt:memory_access"));
}

} // namespace
} // namespace nova_rt
