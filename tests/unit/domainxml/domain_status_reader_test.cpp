#include "domainxml/domain_status_reader.hpp"

#include "support/file_text.hpp"

#include "domain_xml_samples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using testing::HasSubstr;

std::string status_with(const std::string& attributes, const std::string& inside) {
    return "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE.\n-->\n<domstatus state='running' "
           "reason='booted' " +
           attributes + ">\n  <taint flag='x'/>\n  <monitor path='/x/monitor.sock' type='unix'/>\n" + inside +
           test::domain_with("") + "</domstatus>\n";
}

TEST(DomainStatusReader, ReadsProcessAndThreads) {
    const auto status = read_domain_status(
        status_with("pid='4242'", "<vcpus><vcpu id='0' pid='4250'/><vcpu id='1' pid='4251'/></vcpus>"));
    ASSERT_TRUE(status) << status.error().message();
    EXPECT_EQ(status->uuid.to_string(), test::kUuid);
    EXPECT_EQ(status->name, "instance-00000001");
    EXPECT_EQ(status->qemu_pid, Pid{4242});
    EXPECT_EQ(status->vcpu_threads, (std::map<VcpuId, Tid>{{VcpuId{0}, Tid{4250}}, {VcpuId{1}, Tid{4251}}}));
}

TEST(DomainStatusReader, ReadsWhatLibvirt90Wrote) {
    const auto status =
        read_domain_status(test::source_file_text("tests/fixtures/libvirt-9.0/status-tcg-realtime.xml"));
    ASSERT_TRUE(status) << status.error().message();
    EXPECT_EQ(status->name, "instance-00000001");
    EXPECT_EQ(status->qemu_pid, Pid{29444});
    EXPECT_EQ(status->vcpu_threads, (std::map<VcpuId, Tid>{{VcpuId{0}, Tid{29452}},
                                                           {VcpuId{1}, Tid{29453}},
                                                           {VcpuId{2}, Tid{29454}},
                                                           {VcpuId{3}, Tid{29455}}}));
}

TEST(DomainStatusReader, AcceptsAGuestWithoutVcpuThreads) {
    const auto status = read_domain_status(status_with("pid='4242'", ""));
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->vcpu_threads.empty());
}

TEST(DomainStatusReader, RefusesWhatCannotBeAThread) {
    for (const char* vcpus :
         {"<vcpu id='0' pid='0'/>", "<vcpu id='0' pid='-1'/>", "<vcpu id='0'/>", "<vcpu pid='1'/>",
          "<vcpu id='0' pid='99999999999'/>", "<vcpu id='0' pid='1'/><vcpu id='0' pid='2'/>"}) {
        EXPECT_FALSE(read_domain_status(status_with("pid='1'", "<vcpus>" + std::string(vcpus) + "</vcpus>")))
            << vcpus;
    }
    for (const char* pid : {"pid='0'", "pid='x'", ""}) {
        EXPECT_FALSE(read_domain_status(status_with(pid, ""))) << pid;
    }
}

TEST(DomainStatusReader, RefusesOtherDocuments) {
    const auto status = read_domain_status(test::domain_with(""));
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message(), HasSubstr("domstatus"));
}

} // namespace
} // namespace nova_rt
