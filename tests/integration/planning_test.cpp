// Planning on a real node: what runs here is counted.
#include "integration/realtime_node.hpp"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace nova_rt::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Planning : public RealtimeNode {
protected:
    /// The answer for a second guest like the one that start({}) starts.
    [[nodiscard]] json plan(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments = {"plan", "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto planned = nova_rt(
            arguments, document({.name = "nova-rt-b", .uuid = "aaaaaaaa-0000-4000-8000-000000000002"}));
        EXPECT_EQ(planned.status, 0) << planned.err;
        return json::parse(planned.out, nullptr, false);
    }

    [[nodiscard]] static json pin_of_vcpu_1(unsigned pcpu) { return {{"1", pcpu}}; }
};

TEST_F(Planning, CountsTheRealtimePcpuOfAGuestThatRunsOrIsPaused) {
    EXPECT_EQ(plan().at("pins"), pin_of_vcpu_1(realtime_pcpu_)) << "nothing runs yet";
    ASSERT_EQ(start({}).status, 0);

    const auto refused = plan();
    EXPECT_EQ(refused.at("ok"), false) << refused;
    EXPECT_EQ(refused.at("error").at("type"), "NoFit") << refused;
    EXPECT_THAT(refused.at("error").at("message").get<std::string>(),
                HasSubstr("1 dedicated pCPUs are needed, 0 are free"));
    EXPECT_THAT(refused.at("reasons").dump(),
                HasSubstr("runs here, counted: pCPUs " + std::to_string(realtime_pcpu_)));
    EXPECT_EQ(plan({"--without-guests"}).at("pins"), pin_of_vcpu_1(realtime_pcpu_));

    ASSERT_EQ(virsh({"suspend", "nova-rt-a"}).status, 0);
    EXPECT_EQ(plan().at("ok"), false) << "a paused guest keeps its pCPU";

    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    EXPECT_EQ(plan().at("pins"), pin_of_vcpu_1(realtime_pcpu_));
}

TEST_F(Planning, DefineRefusesWhatRunningGuestsLeaveNoRoomFor) {
    ASSERT_EQ(start({}).status, 0);
    const auto refused = start({.name = "nova-rt-b", .uuid = "aaaaaaaa-0000-4000-8000-000000000002"});
    EXPECT_EQ(refused.status, 1) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("NoFit"));
    EXPECT_EQ(state("nova-rt-b"), "");
    EXPECT_EQ(
        start({.name = "nova-rt-ordinary", .uuid = "bbbbbbbb-0000-4000-8000-000000000001", .realtime = false})
            .status,
        0)
        << "a guest that floats needs no dedicated pCPU";
}

TEST_F(Planning, SaysWhenLibvirtDoesNotAnswer) {
    stop_libvirtd();
    const auto alone = plan();
    start_libvirtd();
    EXPECT_EQ(alone.at("ok"), true) << alone;
    EXPECT_THAT(alone.at("reasons").dump(), HasSubstr("not counted, libvirt does not answer"));
}

} // namespace
} // namespace nova_rt::test
