#include "cli/what_if_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

WhatIfAnswer one_of_two() {
    CellPlacement cell;
    cell.host_cell = {1};
    cell.pins = {{VcpuId{0}, PcpuId{4}}, {VcpuId{1}, PcpuId{5}}};
    Translation guest;
    guest.plan = PinningPlan{.cells = {cell}, .emulator_pcpus = {4}, .realtime_vcpus = {1}};
    guest.reasons = {{.severity = Reason::Severity::Warning, .subject = "vcpu 1", .text = "sibling busy"},
                     {.severity = Reason::Severity::Info, .subject = "vcpu 0", .text = "not told"}};
    WhatIfGroupAnswer group;
    group.asked = {.flavor = {.name = "rt\n", .id = "1"}, .count = 2};
    group.guests = {guest};
    group.refusal = Refusal{.stage = "fit", .type = "NoFit", .message = "full"};
    WhatIfAnswer answer;
    answer.groups = {group};
    answer.left = {{.id = {1},
                    .dedicated = CpuSet::range(4, 7),
                    .free_pcpus = {6, 7},
                    .free_cores = {{6}, {7}},
                    .shared = {0},
                    .floating_vcpus = 3,
                    .memory = {4096},
                    .free_memory = 1024,
                    .page_pools = {{.size = {2048}, .total = 10, .used = 4, .reserved = 1}}}};
    answer.reasons = {
        {.severity = Reason::Severity::Warning, .subject = "running guests", .text = "unknown"}};
    return answer;
}

TEST(WhatIfText, SaysWhatFitsWhyNoMoreAndWhatIsLeft) {
    const auto text = in_words(one_of_two());
    EXPECT_THAT(text, HasSubstr("flavor \"rt\\x0a\": 1 of 2 fit\n"));
    EXPECT_THAT(text, HasSubstr("  guest 1: host NUMA cell 1, pins 0>4 1>5, emulator threads on 4\n"));
    EXPECT_THAT(text, HasSubstr("    WARNING vcpu 1: sibling busy\n"));
    EXPECT_THAT(text, Not(HasSubstr("not told")));
    EXPECT_THAT(text, HasSubstr("  guest 2 is refused: fit: NoFit: full\n"));
    EXPECT_THAT(text, HasSubstr("  dedicated pCPUs: 2 of 4: 6-7\n"));
    EXPECT_THAT(text, HasSubstr("  whole free cores: 2: (6) (7)\n"));
    EXPECT_THAT(text, HasSubstr("  shared pCPUs: 0, with 3 floating vCPUs\n"));
    EXPECT_THAT(text, HasSubstr("  memory: 1024 of 4096 MiB\n"));
    EXPECT_THAT(text, HasSubstr("  pages of 2048 KiB: 5 of 10\n"));
    EXPECT_THAT(text, HasSubstr("WARNING running guests: unknown\n"));
}

} // namespace
} // namespace nova_rt
