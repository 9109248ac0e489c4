#include "flavor/device_rules.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using test::accepted;
using test::GuestQuestion;
using test::refusal_of;

FirmwareDescriptor descriptor(const std::string& name, bool secure) {
    return {.executable = name,
            .nvram_template = name + ".vars",
            .targets = {{.architecture = "x86_64", .machines = {"pc-q35-*", "q35"}}},
            .secure_boot = secure,
            .requires_smm = secure};
}

HostTopology host_with(std::vector<FirmwareDescriptor> firmware) {
    HostTopology host;
    host.firmware = std::move(firmware);
    return host;
}

GuestQuestion uefi() {
    return GuestQuestion().image("hw_firmware_type", "uefi");
}

TEST(DeviceRules, TakeTheMachineOfImageThenOptionThenNova) {
    NovaOptions options;
    EXPECT_EQ(machine_type(std::nullopt, options, "x86_64"), "pc");
    EXPECT_EQ(machine_type(std::nullopt, options, "aarch64"), "virt");
    options.machine_types["x86_64"] = "q35";
    EXPECT_EQ(machine_type(std::nullopt, options, "x86_64"), "q35");
    EXPECT_EQ(machine_type("pc-i440fx-7.2", options, "x86_64"), "pc-i440fx-7.2");
}

TEST(DeviceRules, RefuseHardwareThatKvmDoesNotHave) {
    NovaOptions options;
    EXPECT_EQ(refusal_of(check_vif_model(GuestQuestion().image("hw_vif_model", "vmxnet").input(), options)),
              "UnsupportedHardware");
    EXPECT_TRUE(check_vif_model(GuestQuestion().image("hw_vif_model", "e1000e").input(), options));
    const auto lan = GuestQuestion().image("hw_vif_model", "lan9118");
    EXPECT_EQ(refusal_of(check_vif_model(lan.input(), options)), "UnsupportedHardware");
    options.virt_type = "qemu";
    EXPECT_TRUE(check_vif_model(lan.input(), options));
    EXPECT_EQ(refusal_of(check_disk_buses(GuestQuestion().image("hw_cdrom_bus", "xen").input())),
              "UnsupportedHardware");
    EXPECT_TRUE(check_disk_buses(GuestQuestion().image("hw_disk_bus", "scsi").input()));
}

TEST(DeviceRules, RefuseATpmWhoseSecretIsNotKnown) {
    EXPECT_TRUE(check_vtpm(GuestQuestion().spec("hw:tpm_model", "tpm-tis").input()));
    EXPECT_EQ(refusal_of(check_vtpm(GuestQuestion().spec("hw:tpm_version", "2.0").input())), "Invalid");
}

TEST(DeviceRules, GiveAnIommuToTheMachinesThatCanHaveOne) {
    EXPECT_EQ(accepted(viommu_model(GuestQuestion().input(), "x86_64", "pc")), std::optional<std::string>());
    auto asked = GuestQuestion().image("hw_viommu_model", "auto");
    EXPECT_EQ(refusal_of(viommu_model(asked.input(), "x86_64", "pc")), "InvalidVIOMMUMachineType");
    EXPECT_EQ(accepted(viommu_model(asked.input(), "x86_64", "pc-q35-7.2")),
              std::optional<std::string>("virtio"));
    EXPECT_EQ(accepted(viommu_model(asked.input(), "aarch64", "virt")), std::optional<std::string>("virtio"));
    asked.spec("hw:viommu_model", "intel");
    EXPECT_EQ(accepted(viommu_model(asked.input(), "x86_64", "q35")), std::optional<std::string>("intel"));
}

TEST(DeviceRules, ChooseTheFirstFirmwareForTheMachine) {
    const auto host = host_with({descriptor("secure", true), descriptor("plain", false)});
    EXPECT_FALSE(accepted(guest_firmware(GuestQuestion().input(), host, "q35")));
    const auto plain = accepted(guest_firmware(uefi().input(), host, "pc-q35-7.2"));
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->loader, "plain");
    EXPECT_EQ(plain->nvram_template, "plain.vars");
    EXPECT_FALSE(plain->needs_smm);
    EXPECT_EQ(refusal_of(guest_firmware(uefi().input(), host, "pc")), "UEFINotSupported");
    EXPECT_EQ(refusal_of(guest_firmware(uefi().input(), host_with({}), "q35")), "UEFINotSupported");
}

TEST(DeviceRules, BootSecurelyWhereTheHostCan) {
    const auto both = host_with({descriptor("plain", false), descriptor("secure", true)});
    auto asked = uefi().image("os_secure_boot", "optional");
    EXPECT_TRUE(accepted(guest_firmware(asked.input(), both, "q35"))->secure_boot);
    EXPECT_FALSE(
        accepted(guest_firmware(asked.input(), host_with({descriptor("plain", false)}), "q35"))->secure_boot);
    const auto needed = uefi().spec("os:secure_boot", "required");
    EXPECT_TRUE(accepted(guest_firmware(needed.input(), both, "q35"))->needs_smm);
    EXPECT_EQ(refusal_of(guest_firmware(needed.input(), both, "pc")), "SecureBootNotSupported");
    EXPECT_EQ(refusal_of(guest_firmware(needed.input(), host_with({descriptor("plain", false)}), "q35")),
              "SecureBootNotSupported");
}

TEST(DeviceRules, LeaveTheFilesToLibvirtWhereTheHostsAreNotKnown) {
    const auto chosen =
        accepted(guest_firmware(uefi().spec("os:secure_boot", "required").input(), HostTopology(), "q35"));
    ASSERT_TRUE(chosen);
    EXPECT_TRUE(chosen->loader.empty());
    EXPECT_TRUE(chosen->secure_boot);
    HostTopology arm;
    arm.architecture = "aarch64";
    EXPECT_TRUE(accepted(guest_firmware(GuestQuestion().input(), arm, "virt")));
}

} // namespace
} // namespace nova_rt
