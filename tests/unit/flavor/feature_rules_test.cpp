#include "flavor/feature_rules.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using test::accepted;
using test::GuestQuestion;
using test::refusal_of;

TEST(FeatureRules, LeavePmuToQemuUnlessAsked) {
    EXPECT_EQ(accepted(pmu(GuestQuestion().input())), std::optional<bool>());
    EXPECT_EQ(accepted(pmu(GuestQuestion().spec("hw:pmu", "no").input())), std::optional(false));
    EXPECT_EQ(accepted(pmu(GuestQuestion().image("hw_pmu", "yes").input())), std::optional(true));
    const auto both = GuestQuestion().spec("hw:pmu", "true").image("hw_pmu", "false");
    EXPECT_EQ(refusal_of(pmu(both.input())), "FlavorImageConflict");
}

TEST(FeatureRules, SeeNoMultiqueueConflictWithOneVcpu) {
    auto both =
        GuestQuestion().spec("hw:vif_multiqueue_enabled", "true").image("hw_vif_multiqueue_enabled", "false");
    EXPECT_EQ(refusal_of(vif_multiqueue(both.input())), "FlavorImageConflict");
    EXPECT_EQ(vif_multiqueue(both.vcpus(1).input()), false);
    EXPECT_EQ(vif_multiqueue(GuestQuestion().spec("hw:vif_multiqueue_enabled", "1").input()), true);
}

TEST(FeatureRules, LetTheImageOnlyLowerSerialPorts) {
    EXPECT_EQ(serial_ports(GuestQuestion().input()), 1);
    EXPECT_EQ(serial_ports(GuestQuestion().spec("hw:serial_port_count", "0").input()), 1);
    EXPECT_EQ(serial_ports(GuestQuestion().image("hw_serial_port_count", "6").input()), 6);
    auto both = GuestQuestion().spec("hw:serial_port_count", "4").image("hw_serial_port_count", "2");
    EXPECT_EQ(serial_ports(both.input()), 2);
    both.image("hw_serial_port_count", "5");
    EXPECT_EQ(refusal_of(serial_ports(both.input())), "ImageSerialPortNumberExceedFlavorValue");
    EXPECT_EQ(refusal_of(serial_ports(GuestQuestion().spec("hw:serial_port_count", "x").input())),
              "ImageSerialPortNumberInvalid");
}

TEST(FeatureRules, EncryptMemoryOnlyWithUefiAndQ35) {
    auto asked = GuestQuestion().spec("hw:mem_encryption", "true");
    EXPECT_EQ(refusal_of(memory_encryption(asked.input())), "FlavorImageConflict");
    asked.image("hw_firmware_type", "uefi");
    EXPECT_EQ(accepted(memory_encryption(asked.input())), std::optional<std::string>("amd-sev"));
    asked.image("hw_machine_type", "pc");
    EXPECT_EQ(refusal_of(memory_encryption(asked.input())), "InvalidMachineType");
    asked.image("hw_machine_type", "pc-q35-7.2");
    EXPECT_EQ(accepted(memory_encryption(asked.input())), std::optional<std::string>("amd-sev"));
    asked.image("hw_mem_encryption", "false");
    EXPECT_EQ(refusal_of(memory_encryption(asked.input())), "FlavorImageConflict");
}

TEST(FeatureRules, LetTheImageDecideOnTheWatchdog) {
    EXPECT_EQ(accepted(watchdog_action(GuestQuestion().input())), std::optional<std::string>());
    auto asked = GuestQuestion().spec("hw:watchdog_action", "reset");
    EXPECT_EQ(accepted(watchdog_action(asked.input())), std::optional<std::string>("reset"));
    asked.image("hw_watchdog_action", "disabled");
    EXPECT_EQ(accepted(watchdog_action(asked.input())), std::optional<std::string>());
    EXPECT_EQ(refusal_of(watchdog_action(GuestQuestion().spec("hw:watchdog_action", "x").input())),
              "InvalidWatchdogAction");
}

TEST(FeatureRules, WantAMatchingTpm) {
    EXPECT_EQ(accepted(vtpm_version(GuestQuestion().input())), std::optional<std::string>());
    auto asked = GuestQuestion().spec("hw:tpm_version", "1.2");
    EXPECT_EQ(accepted(vtpm_version(asked.input())), std::optional<std::string>("1.2"));
    asked.spec("hw:tpm_model", "tpm-crb");
    EXPECT_EQ(refusal_of(vtpm_version(asked.input())), "Invalid");
    asked.image("hw_tpm_version", "2.0");
    EXPECT_EQ(refusal_of(vtpm_version(asked.input())), "FlavorImageConflict");
}

TEST(FeatureRules, HideTheHypervisorWhoeverAsks) {
    EXPECT_FALSE(hides_hypervisor(GuestQuestion().spec("hw:hide_hypervisor_id", "no").input()));
    EXPECT_TRUE(hides_hypervisor(GuestQuestion().spec("hw:hide_hypervisor_id", "yes").input()));
    EXPECT_TRUE(hides_hypervisor(GuestQuestion().spec("hide_hypervisor_id", "1").input()));
    EXPECT_TRUE(hides_hypervisor(GuestQuestion().image("img_hide_hypervisor_id", "on").input()));
}

TEST(FeatureRules, CopyQuotasAsTheyAre) {
    const auto asked = GuestQuestion()
                           .spec("quota:cpu_quota", "-1")
                           .spec("quota:disk_read_iops_sec", "100")
                           .spec("quota:vif_inbound_average", "7")
                           .spec("quota:vif_limit", "9")
                           .image("hw_time_hpet", "true");
    RealtimeRequest request;
    ASSERT_TRUE(copy_plain_values(asked.input(), request));
    EXPECT_EQ(request.cpu_quota.quota, -1);
    EXPECT_EQ(request.cpu_quota.shares, std::nullopt);
    EXPECT_EQ(request.disk_quota, (std::map<std::string, std::int64_t>{{"disk_read_iops_sec", 100}}));
    EXPECT_EQ(request.vif_quota, (std::map<std::string, std::int64_t>{{"vif_inbound_average", 7}}));
    EXPECT_EQ(request.hpet, true);
    const auto bad = GuestQuestion().spec("quota:cpu_shares", "x");
    EXPECT_EQ(refusal_of(copy_plain_values(bad.input(), request)), "ValueError");
}

} // namespace
} // namespace nova_rt
