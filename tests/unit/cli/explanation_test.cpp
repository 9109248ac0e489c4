#include "cli/explanation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

TranslationInput two_vcpus() {
    TranslationInput input;
    input.flavor = {.name = "rt", .id = "", .vcpus = 2, .memory = MiB{64}};
    HostCell cell;
    cell.thread_siblings = {{0, 4}, {1, 5}};
    input.host = HostTopology{.cells = {cell}};
    return input;
}

TEST(Explanation, SaysForEachVcpuWhereItGoesAndWhatItCosts) {
    Translation translation;
    translation.request = RealtimeRequest{.vcpus = 2, .cpu_policy = CpuPolicy::Mixed, .realtime_vcpus = {1}};
    CellPlacement cell;
    cell.shared_vcpus = {0};
    cell.float_pcpus = {0, 4};
    cell.pins[VcpuId{1}] = PcpuId{5};
    translation.plan =
        PinningPlan{.cells = {cell}, .emulator_pcpus = {0}, .realtime_vcpus = {1}, .realtime_priority = 3};
    translation.reasons = {
        {.severity = Reason::Severity::Warning, .subject = "vcpu 1", .text = "sibling busy"}};
    const auto text = explain(two_vcpus(), translation);
    EXPECT_THAT(text, HasSubstr("  CPU policy        mixed        no hw:cpu_policy\n"));
    EXPECT_THAT(text, HasSubstr("0     shared     0,4      0     other      -  "));
    EXPECT_THAT(text, HasSubstr("1     dedicated  5        0     fifo 3     1: free for another guest"));
    EXPECT_THAT(text, HasSubstr("emulator threads: pCPU 0\n"));
    EXPECT_THAT(text, HasSubstr("cost: 1 pCPU: 1 for vCPUs, 0 for emulator threads, 0 siblings left idle; "
                                "1 vCPU on shared pCPUs\n"));
    EXPECT_THAT(text, HasSubstr("WARNING vcpu 1: sibling busy"));
}

TEST(Explanation, OfARefusalNamesStageExceptionOriginAndRepair) {
    Translation translation;
    translation.error = Refusal{.stage = "api",
                                .type = "RealtimeConfigurationInvalid",
                                .message = "needs pinning",
                                .key = "hw:cpu_realtime",
                                .provenance = Provenance::Flavor,
                                .repair = "openstack flavor set rt --property hw:cpu_policy=dedicated"};
    EXPECT_THAT(
        explain(two_vcpus(), translation),
        HasSubstr("refused by Nova: api: RealtimeConfigurationInvalid: needs pinning (\"hw:cpu_realtime\" "
                  "from the flavor); repair: openstack flavor set rt"));
}

} // namespace
} // namespace nova_rt
