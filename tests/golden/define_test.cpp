// libvirt itself accepts the recorded XML and keeps its promises. Uses the test driver: no daemon, no QEMU.

#include "domainxml/domain_reader.hpp"
#include "support/file_text.hpp"
#include "support/golden_guests.hpp"

#include <gtest/gtest.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace nova_rt {
namespace {

struct CloseConnection {
    void operator()(virConnect* connection) const { virConnectClose(connection); }
};

struct FreeDomain {
    void operator()(virDomain* domain) const { virDomainFree(domain); }
};

struct FreeText {
    void operator()(char* text) const { std::free(text); }
};

void stay_silent(void* /*data*/, virErrorPtr /*error*/) {}

class TestDriver : public testing::Test {
protected:
    TestDriver() {
        virSetErrorFunc(nullptr, stay_silent);
        connection_.reset(virConnectOpen("test:///default"));
    }

    /// The domain as libvirt understood it, "" if it refused (see last_error).
    std::string define(const std::string& xml) {
        const std::unique_ptr<virDomain, FreeDomain> domain(
            virDomainDefineXMLFlags(connection_.get(), xml.c_str(), VIR_DOMAIN_DEFINE_VALIDATE));
        if (!domain) {
            return "";
        }
        const std::unique_ptr<char, FreeText> text(
            virDomainGetXMLDesc(domain.get(), VIR_DOMAIN_XML_INACTIVE));
        virDomainUndefine(domain.get());
        return text ? text.get() : "";
    }

    static std::string last_error() {
        const virError* const error = virGetLastError();
        return error != nullptr && error->message != nullptr ? error->message : "";
    }

    std::unique_ptr<virConnect, CloseConnection> connection_;
};

TEST_F(TestDriver, AcceptsEveryRecordedGuestAndKeepsItsPromises) {
    ASSERT_TRUE(connection_) << last_error();
    for (const auto& guest : test::golden_guests()) {
        const std::string ours = test::source_file_text("tests/golden/" + guest.name + ".xml");
        const std::string theirs = define(ours);
        ASSERT_FALSE(theirs.empty()) << guest.name << ": " << last_error();
        const auto written = read_guest_domain(ours);
        const auto kept = read_guest_domain(theirs);
        ASSERT_TRUE(written && kept) << guest.name;
        EXPECT_EQ(kept->vcpu_pins, written->vcpu_pins) << guest.name;
        EXPECT_EQ(kept->vcpu_scheduling, written->vcpu_scheduling) << guest.name;
        EXPECT_EQ(kept->emulator_pins, written->emulator_pins) << guest.name;
        EXPECT_EQ(kept->iothread_pins, written->iothread_pins) << guest.name;
        EXPECT_EQ(kept->flavor_extra_specs, written->flavor_extra_specs) << guest.name;
        EXPECT_EQ(kept->policy, written->policy) << guest.name;
    }
}

TEST_F(TestDriver, CanSayNo) {
    ASSERT_TRUE(connection_) << last_error();
    EXPECT_EQ(define("<domain type='kvm'><name>x</name><nonsense/></domain>"), "");
    EXPECT_NE(last_error(), "");
}

} // namespace
} // namespace nova_rt
