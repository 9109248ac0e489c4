#include "domainxml/domain_builder.hpp"

#include "domainxml/domain_reader.hpp"
#include "support/file_text.hpp"
#include "support/golden_guests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace nova_rt {
namespace {

using test::realtime_guest;
using testing::HasSubstr;
using testing::Not;

Result<std::string> build(const DomainSpec& spec, const char* name = "realtime-guest.xml") {
    const auto skeleton = DomainTemplate::load(test::source_file_text(std::string("xml-templates/") + name));
    EXPECT_TRUE(skeleton);
    return build_domain_xml(spec, *skeleton);
}

/// The XML of the sample guest after a change.
std::string built(const std::function<void(DomainSpec&)>& change, const char* name = "realtime-guest.xml") {
    DomainSpec spec = realtime_guest();
    change(spec);
    const auto xml = build(spec, name);
    EXPECT_TRUE(xml) << xml.error().message();
    return xml.value_or("");
}

void expect_refused(const std::function<void(DomainSpec&)>& change, const std::string& why,
                    ErrorCode code = ErrorCode::InvalidArgument) {
    DomainSpec spec = realtime_guest();
    change(spec);
    const auto xml = build(spec);
    ASSERT_FALSE(xml) << why;
    EXPECT_EQ(xml.error().code(), code) << why;
    EXPECT_THAT(xml.error().message(), HasSubstr("build domain XML of"));
    EXPECT_THAT(xml.error().message(), HasSubstr(why));
}

TEST(DomainBuilder, IsDeterministic) {
    EXPECT_EQ(build(realtime_guest()), build(realtime_guest()));
}

TEST(DomainBuilder, LeavesTheTemplateUntouched) {
    const auto skeleton = DomainTemplate::load(test::source_file_text("xml-templates/realtime-guest.xml"));
    ASSERT_TRUE(skeleton);
    const auto first = build_domain_xml(realtime_guest(), *skeleton);
    EXPECT_EQ(build_domain_xml(realtime_guest(), *skeleton), first);
}

TEST(DomainBuilder, RefusesAGuestWithoutIdentity) {
    expect_refused([](DomainSpec& spec) { spec.identity.uuid = "../../x"; }, "../../x");
    expect_refused([](DomainSpec& spec) { spec.identity.domain_name = " "; }, "no name");
}

TEST(DomainBuilder, RefusesAPlanThatContradictsTheRequest) {
    expect_refused([](DomainSpec& spec) { spec.request.vcpus = 0; }, "0 vCPUs");
    expect_refused([](DomainSpec& spec) { spec.request.vcpus = 1U << 20; }, "1048576 vCPUs");
    expect_refused([](DomainSpec& spec) { spec.request.vcpus = 5; },
                   "the plan places vCPUs 0-3, the guest has 0-4");
    expect_refused([](DomainSpec& spec) { spec.plan.cells[0].shared_vcpus = {0}; }, "places a vCPU twice");
    expect_refused([](DomainSpec& spec) { spec.plan.cells.push_back(spec.plan.cells[0]); },
                   "places a vCPU twice");
    expect_refused([](DomainSpec& spec) { spec.plan.realtime_vcpus = {9}; }, "realtime vCPUs 9");
    expect_refused(
        [](DomainSpec& spec) {
            spec.plan.cells[0].pins.erase(VcpuId{0});
            spec.plan.cells[0].shared_vcpus = {0};
        },
        "no pCPU to run on");
}

TEST(DomainBuilder, RefusesWhatItCannotCompose) {
    expect_refused([](DomainSpec& spec) { spec.architecture = "riscv64"; }, "riscv64",
                   ErrorCode::Unsupported);
    expect_refused(
        [](DomainSpec& spec) {
            spec.ports = {NetworkPort{}};
            spec.ports[0].vnic_type = "direct";
        },
        "direct", ErrorCode::Unsupported);
    expect_refused(
        [](DomainSpec& spec) {
            spec.ports = {NetworkPort{}};
            spec.ports[0].kind = InterfaceKind::VhostUser;
            spec.ports[0].socket_path = "vhu0";
        },
        "not an absolute path");
}

TEST(DomainBuilder, RefusesTextThatXmlCannotCarry) {
    expect_refused([](DomainSpec& spec) { spec.identity.display_name = "a\x01"; }, "a\\x01");
    expect_refused([](DomainSpec& spec) { spec.image.properties["k"] = "\xFF"; }, "<property>");
    expect_refused([](DomainSpec& spec) { spec.flavor.extra_specs["\x02"] = "v"; }, "<extraSpec>");
}

TEST(DomainBuilder, TakesPrioritiesOfTheFlavorFrom1To49) {
    for (const char* wrong : {"0", "50", "-1", "1.5", "", "high", "\xD9\xA1", "99999999999999"}) {
        expect_refused([&](DomainSpec& spec) { spec.flavor.extra_specs["rt:vcpu_priority"] = wrong; },
                       "rt:vcpu_priority", ErrorCode::Refused);
        expect_refused([&](DomainSpec& spec) { spec.flavor.extra_specs["rt:emulator_priority"] = wrong; },
                       "rt:emulator_priority", ErrorCode::Refused);
    }
    const auto xml = built([](DomainSpec& spec) { spec.flavor.extra_specs["rt:vcpu_priority"] = "49"; });
    EXPECT_THAT(xml, HasSubstr(R"(<vcpusched vcpus="1-3" scheduler="fifo" priority="49"/>)"));
    EXPECT_THAT(xml, Not(HasSubstr("emulatorsched")));
}

TEST(DomainBuilder, NeverTakesPrioritiesFromTheImage) {
    const auto xml = built([](DomainSpec& spec) { spec.image.properties["rt:vcpu_priority"] = "49"; });
    EXPECT_THAT(xml, HasSubstr(R"(scheduler="fifo" priority="1")"));
}

TEST(DomainBuilder, NamesTheDriverAsNovaDoes) {
    struct Case {
        const char* virt_type;
        InterfaceKind kind;
        bool multiqueue;
        std::optional<unsigned> size;
        const char* expected; ///< "" when there is no <driver>
    };

    const Case cases[] = {
        {"kvm", InterfaceKind::Tap, false, std::nullopt, ""},
        {"kvm", InterfaceKind::Tap, true, std::nullopt, R"(<driver name="vhost" queues="4"/>)"},
        {"kvm", InterfaceKind::Bridge, false, 512, R"(<driver name="vhost" rx_queue_size="512"/>)"},
        {"qemu", InterfaceKind::Tap, true, std::nullopt, R"(<driver name="qemu"/>)"},
        {"qemu", InterfaceKind::OvsBridge, false, 512, R"(<driver name="qemu" rx_queue_size="512"/>)"},
        {"kvm", InterfaceKind::VhostUser, false, std::nullopt, ""},
        {"qemu", InterfaceKind::VhostUser, true, std::nullopt, ""},
        {"kvm", InterfaceKind::VhostUser, true, 512,
         R"(<driver queues="4" rx_queue_size="512" tx_queue_size="512"/>)"},
    };
    for (const auto& c : cases) {
        const auto xml = built([&](DomainSpec& spec) {
            spec.disks.clear(); // they have a <driver> too
            spec.options.virt_type = c.virt_type;
            spec.options.rx_queue_size = c.size;
            spec.options.tx_queue_size = c.size;
            spec.request.multiqueue = c.multiqueue;
            spec.ports = {NetworkPort{}};
            spec.ports[0].kind = c.kind;
            spec.ports[0].socket_path = "/run/vhu0";
        });
        EXPECT_EQ(xml.find("<driver") == std::string::npos, std::string_view(c.expected).empty()) << xml;
        EXPECT_THAT(xml, HasSubstr(c.expected));
    }
}

TEST(DomainBuilder, LeavesAModelOtherThanVirtioWithoutDriver) {
    const auto xml = built([](DomainSpec& spec) {
        spec.disks.clear();
        spec.image.properties["hw_vif_model"] = "e1000";
        spec.options.rx_queue_size = 512;
        spec.ports = {NetworkPort{}};
    });
    EXPECT_THAT(xml, HasSubstr(R"(<model type="e1000"/>)"));
    EXPECT_THAT(xml, Not(HasSubstr("<driver")));
}

TEST(DomainBuilder, GivesAVhostUserPortItsRingSizesWhateverItsModel) {
    const auto xml = built([](DomainSpec& spec) {
        spec.image.properties["hw_vif_model"] = "e1000";
        spec.options.tx_queue_size = 512;
        spec.ports = {NetworkPort{}};
        spec.ports[0].kind = InterfaceKind::VhostUser;
        spec.ports[0].socket_path = "/run/vhu0";
    });
    EXPECT_THAT(xml, HasSubstr(R"(<driver tx_queue_size="512"/>)"));
}

TEST(DomainBuilder, WritesFirmwareThatBootsSecurely) {
    const auto xml = built([](DomainSpec& spec) {
        spec.firmware = GuestFirmware{
            .loader = "/code.fd", .nvram_template = "/vars.fd", .secure_boot = true, .needs_smm = true};
    });
    EXPECT_THAT(xml, HasSubstr(R"(<loader type="pflash" readonly="yes" secure="yes">/code.fd</loader>)"));
    EXPECT_THAT(xml, HasSubstr(R"(<smm state="on"/>)"));
    const auto chosen_by_libvirt = built([](DomainSpec& spec) {
        spec.image.properties["hw_firmware_type"] = "uefi";
        spec.firmware = GuestFirmware{.loader = {}, .nvram_template = {}, .secure_boot = true};
    });
    EXPECT_THAT(chosen_by_libvirt, HasSubstr(R"(<os firmware="efi">)"));
    EXPECT_THAT(chosen_by_libvirt, HasSubstr(R"(<loader secure="yes"/>)"));
}

TEST(DomainBuilder, WritesIommuGuestAgentAndScsiController) {
    const auto xml = built([](DomainSpec& spec) {
        spec.request.machine_type = "q35";
        spec.request.viommu_model = "virtio";
        spec.image.properties["hw_qemu_guest_agent"] = "yes";
        spec.image.properties["hw_scsi_model"] = "virtio-scsi";
        spec.identity.domain_name = "instance-00000009";
    });
    EXPECT_THAT(xml, HasSubstr(R"(<iommu model="virtio">)"));
    EXPECT_THAT(xml, HasSubstr(R"(eim="on")"));
    EXPECT_THAT(xml, HasSubstr(R"(<ioapic driver="qemu"/>)"));
    EXPECT_THAT(xml, HasSubstr("org.qemu.guest_agent.0.instance-00000009.sock"));
    EXPECT_THAT(xml, HasSubstr(R"(<controller type="scsi" index="0" model="virtio-scsi"/>)"));
}

TEST(DomainBuilder, LetsNovasQueueSizesWinOverThePattern) {
    const auto xml = built(
        [](DomainSpec& spec) {
            spec.options.rx_queue_size = 256;
            spec.ports = {NetworkPort{}};
            spec.ports[0].kind = InterfaceKind::VhostUser;
            spec.ports[0].socket_path = "/run/vhu0";
        },
        "realtime-guest-ovs-dpdk.xml");
    EXPECT_THAT(xml, HasSubstr(R"(<driver rx_queue_size="256" tx_queue_size="1024"/>)"));
}

TEST(DomainBuilder, LeavesNoPatternInAGuestWithoutSuchPorts) {
    EXPECT_THAT(built([](DomainSpec&) {}, "realtime-guest-ovs-dpdk.xml"), Not(HasSubstr("<interface")));
}

TEST(DomainBuilder, LowersTheCpuFlagsAndSortsThem) {
    const auto xml =
        built([](DomainSpec& spec) { spec.options.cpu_model_extra_flags = {"-VMX", "+PCID", "aes"}; });
    const auto aes = xml.find(R"(<feature name="aes" policy="require"/>)");
    const auto pcid = xml.find(R"(<feature name="pcid" policy="require"/>)");
    const auto vmx = xml.find(R"(<feature name="vmx" policy="disable"/>)");
    EXPECT_LT(aes, pcid);
    EXPECT_LT(pcid, vmx);
    EXPECT_NE(vmx, std::string::npos);
}

TEST(DomainBuilder, TakesTheEntropyDeviceAwayWhenTheFlavorForbidsIt) {
    EXPECT_THAT(built([](DomainSpec&) {}), HasSubstr("<rng"));
    EXPECT_THAT(built([](DomainSpec& spec) { spec.flavor.extra_specs["hw_rng:allowed"] = "False"; }),
                Not(HasSubstr("<rng")));
    EXPECT_THAT(built([](DomainSpec& spec) { spec.flavor.extra_specs["hw_rng:rate_bytes"] = "5"; }),
                Not(HasSubstr("<rate")));
    expect_refused([](DomainSpec& spec) { spec.flavor.extra_specs["hw_rng:rate_period"] = "x"; },
                   "hw_rng:rate_period");
}

TEST(DomainBuilder, LetsTheImageDecideOverTheBootMenu) {
    const auto both = [](const char* flavor, const char* image) {
        return built([&](DomainSpec& spec) {
            spec.flavor.extra_specs["hw:boot_menu"] = flavor;
            spec.image.properties["hw_boot_menu"] = image;
        });
    };
    EXPECT_THAT(both("true", "false"), Not(HasSubstr("<bootmenu")));
    EXPECT_THAT(both("false", "true"), HasSubstr(R"(<bootmenu enable="yes"/>)"));
}

TEST(DomainBuilder, WritesNoProcessorModeForNone) {
    const auto xml = built([](DomainSpec& spec) { spec.options.cpu_mode = "none"; });
    EXPECT_THAT(xml, HasSubstr(R"(<cpu match="exact">)"));
    EXPECT_THAT(xml, HasSubstr("<numa>"));
}

} // namespace
} // namespace nova_rt
