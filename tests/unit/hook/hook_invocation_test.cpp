#include "qemu/hook_invocation.hpp"

#include "support/hook_xml.hpp"

#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

TEST(HookInvocation, KnowsTheOperationsThatConcernIsolation) {
    EXPECT_EQ(parse_hook_operation("prepare"), HookOperation::Prepare);
    EXPECT_EQ(parse_hook_operation("reconnect"), HookOperation::Reconnect);
    for (const char* name : {"migrate", "restore", "attach", "", "Prepare", "prepare "}) {
        EXPECT_EQ(parse_hook_operation(name), HookOperation::Other) << name;
    }
}

TEST(HookInvocation, OnlyAStartMayBeRefusedAndBlindlyOnlyAtPrepare) {
    for (const auto operation :
         {HookOperation::Stopped, HookOperation::Release, HookOperation::Reconnect, HookOperation::Other}) {
        EXPECT_FALSE(may_refuse(operation));
        EXPECT_FALSE(may_refuse_blindly(operation));
    }
    EXPECT_TRUE(may_refuse(HookOperation::Prepare));
    EXPECT_TRUE(may_refuse_blindly(HookOperation::Prepare));
    EXPECT_TRUE(may_refuse(HookOperation::Started));
    EXPECT_FALSE(may_refuse_blindly(HookOperation::Started));
}

TEST(HookInvocation, SeesWhetherAGuestCanBeRealtime) {
    EXPECT_TRUE(may_be_realtime(hook_xml("")));
    EXPECT_TRUE(may_be_realtime("<nova:extraSpec name='rt:isolation'>off</nova:extraSpec>"));
    EXPECT_FALSE(may_be_realtime("<domain xmlns:libvirt:x='y'><name>virt:port:</name></domain>"));
}

TEST(HookInvocation, SeesRequiredInSoManyWordsOnly) {
    EXPECT_TRUE(is_clearly_required(hook_xml("required")));
    EXPECT_TRUE(is_clearly_required("<nova:extraSpec name='rt:isolation'>\n required\n</nova:extraSpec>"));
    for (const char* isolation : {"", "best_effort", "off", "requiredx"}) {
        EXPECT_FALSE(is_clearly_required(hook_xml(isolation))) << isolation;
    }
    EXPECT_FALSE(is_clearly_required("<nova:name>rt:isolation&quot;&gt;required&lt;</nova:name>"));
    EXPECT_FALSE(is_clearly_required("<a n=\"rt:isolation\""));
    EXPECT_FALSE(is_clearly_required("<a n=\"rt:isolation\">required"));
    EXPECT_FALSE(is_clearly_required("<a n=\"xrt:isolation\">required</a>"));
    EXPECT_FALSE(is_clearly_required("rt:isolation"));
}

TEST(HookInvocation, FindsTheDomainsUuid) {
    EXPECT_EQ(find_uuid(hook_xml(""))->to_string(), kHookGuest);
    for (const char* xml : {"", "<uuid>", "<uuid>11111111-2222-4333-8444-555555555555",
                            "<uuid>../../x</uuid>", "<uuid>11111111-2222-4333-8444-555555555555x</uuid>"}) {
        EXPECT_EQ(find_uuid(xml), std::nullopt) << xml;
    }
}

} // namespace
} // namespace nova_rt::test
