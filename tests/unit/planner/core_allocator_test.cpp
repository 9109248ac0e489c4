#include "planner/core_allocator.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

/// A cell with 4 cores of 2 threads (0,4 1,5 2,6 3,7), everything dedicated.
LedgerCell smt_cell() {
    LedgerCell cell;
    for (unsigned core = 0; core < 4; ++core) {
        cell.cores.push_back({core, core + 4});
    }
    cell.dedicated = CpuSet::range(0, 7);
    cell.shared = cell.dedicated;
    return cell;
}

std::string pins_of(const tl::expected<CorePacking, Misfit>& packing) {
    if (!packing) {
        return "no fit";
    }
    std::string text;
    for (const auto& [vcpu, pcpu] : packing->pins) {
        text += std::to_string(vcpu.value) + ">" + std::to_string(pcpu.value) + " ";
    }
    return text + (packing->emulator_pcpu ? "e" + std::to_string(packing->emulator_pcpu->value) : "");
}

struct Row {
    const char* what;
    CpuSet pinned;
    unsigned vcpus;
    std::optional<CpuThreadPolicy> policy;
    EmulatorReserve reserve;
    const char* expected;
};

TEST(CoreAllocator, PacksAsNovaDoes) {
    const auto none = EmulatorReserve::None;
    const auto one = EmulatorReserve::OnePcpu;
    const auto prefer = CpuThreadPolicy::Prefer;
    const auto isolate = CpuThreadPolicy::Isolate;
    const auto require = CpuThreadPolicy::Require;
    const std::vector<Row> table = {
        {"siblings together", {}, 3, prefer, none, "0>0 1>4 2>1 "},
        {"the emulator on the sibling left over", {}, 3, {}, one, "0>0 1>4 2>1 e5"},
        {"emptier cores first", {0}, 2, prefer, none, "0>1 1>5 "},
        {"single threads when no pair is free", {0, 1, 2, 3}, 3, prefer, none, "0>4 1>5 2>6 "},
        {"one thread of each core", {0, 5, 2, 3, 7}, 3, prefer, none, "0>4 1>1 2>6 "},
        {"linear over what is left", {0, 5, 3, 7}, 4, prefer, none, "0>4 1>1 2>2 3>6 "},
        {"one thread of each whole core", {}, 2, isolate, none, "0>0 1>1 "},
        {"isolate leaves used cores alone", {0}, 3, isolate, none, "0>1 1>2 2>3 "},
        {"isolate gives the emulator a core", {}, 3, isolate, one, "0>0 1>1 2>2 e3"},
        {"isolate lacks a core for the emulator", {}, 4, isolate, one, "no fit"},
        {"isolate lacks a whole core", {0, 1, 2, 3}, 1, isolate, none, "no fit"},
        {"require takes pairs", {}, 4, require, none, "0>0 1>4 2>1 3>5 "},
        {"require takes no single threads", {0, 1, 2, 3}, 2, require, none, "no fit"},
        {"an odd vCPU may sit alone", {}, 3, require, none, "0>0 1>4 2>1 "},
        {"too many", {}, 9, prefer, none, "no fit"},
        {"no room for the emulator", {}, 8, prefer, one, "no fit"},
        {"nothing to pin fails, as in Nova 26.2", {}, 0, prefer, none, "no fit"},
    };
    for (const auto& row : table) {
        LedgerCell cell = smt_cell();
        cell.pinned = row.pinned;
        const CpuSet vcpus = row.vcpus == 0 ? CpuSet{} : CpuSet::range(0, row.vcpus - 1);
        EXPECT_EQ(pins_of(pack_onto_cores(cell, vcpus, row.policy, row.reserve)), row.expected) << row.what;
    }
}

TEST(CoreAllocator, NeverIsolatesOnAnSmtHostWithADedicatedSet) {
    LedgerCell cell = smt_cell();
    cell.shared = {0, 4};
    cell.dedicated -= cell.shared;
    const auto packing = pack_onto_cores(cell, {0}, CpuThreadPolicy::Isolate, EmulatorReserve::None);
    ASSERT_FALSE(packing);
    EXPECT_NE(packing.error().what.find("1889633"), std::string::npos);
}

TEST(CoreAllocator, RequiresNoSiblingsOfAHostWithoutAny) {
    LedgerCell cell;
    cell.cores = {{0}, {1}};
    cell.dedicated = {0, 1};
    EXPECT_FALSE(pack_onto_cores(cell, {0}, CpuThreadPolicy::Require, EmulatorReserve::None));
    EXPECT_EQ(pins_of(pack_onto_cores(cell, {0}, CpuThreadPolicy::Isolate, EmulatorReserve::None)), "0>0 ");
}

} // namespace
} // namespace nova_rt
