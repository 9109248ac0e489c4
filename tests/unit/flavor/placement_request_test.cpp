#include "flavor/placement_request.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace nova_rt {
namespace {

using test::GuestQuestion;
using test::refusal_of;
using Resources = std::map<std::string, std::int64_t>;

Resources resources_of(const GuestQuestion& asked) {
    const auto request = placement_request(asked.input());
    EXPECT_TRUE(request);
    return request && request->contains("") ? request->at("").resources : Resources{};
}

TEST(PlacementRequest, CountsDedicatedAndSharedCpus) {
    EXPECT_EQ(resources_of(GuestQuestion()), (Resources{{"VCPU", 4}, {"MEMORY_MB", 4096}, {"DISK_GB", 10}}));
    auto asked = GuestQuestion().spec("hw:cpu_policy", "dedicated");
    EXPECT_EQ(resources_of(asked), (Resources{{"PCPU", 4}, {"MEMORY_MB", 4096}, {"DISK_GB", 10}}));
    asked.spec("hw:emulator_threads_policy", "isolate");
    EXPECT_EQ(resources_of(asked)["PCPU"], 5);
    asked.spec("hw:cpu_policy", "mixed").spec("hw:cpu_dedicated_mask", "3");
    EXPECT_EQ(resources_of(asked)["PCPU"], 2);
    EXPECT_EQ(resources_of(asked)["VCPU"], 3);
}

TEST(PlacementRequest, LetsExplicitResourcesReplaceTheFlavors) {
    const auto asked = GuestQuestion()
                           .spec("resources:MEMORY_MB", "0")
                           .spec("resources1:VCPU", "2")
                           .spec("resources:CUSTOM_GOLD", "1")
                           .spec("resources:CUSTOM_BAD", "x");
    EXPECT_EQ(resources_of(asked), (Resources{{"DISK_GB", 10}, {"CUSTOM_GOLD", 1}}));
    EXPECT_EQ(placement_request(asked.input())->at("1").resources, (Resources{{"VCPU", 2}}));
}

TEST(PlacementRequest, AsksForTraits) {
    const auto asked = GuestQuestion()
                           .spec("hw:cpu_policy", "dedicated")
                           .spec("hw:cpu_thread_policy", "isolate")
                           .spec("trait_x:CUSTOM_B", "forbidden")
                           .spec("hw:pci_numa_affinity_policy", "socket")
                           .image("trait:CUSTOM_A", "required");
    const auto request = placement_request(asked.input());
    ASSERT_TRUE(request);
    EXPECT_EQ(request->at("").required,
              (std::set<std::string>{"CUSTOM_A", "COMPUTE_SOCKET_PCI_NUMA_AFFINITY"}));
    EXPECT_EQ(request->at("").forbidden, (std::set<std::string>{"HW_CPU_HYPERTHREADING"}));
    EXPECT_EQ(request->at("_x").forbidden, (std::set<std::string>{"CUSTOM_B"}));
}

TEST(PlacementRequest, CountsPersistentMemoryByLabel) {
    EXPECT_EQ(resources_of(GuestQuestion().spec("hw:pmem", "6gb,6gb,small"))["CUSTOM_PMEM_NAMESPACE_6GB"], 2);
}

TEST(PlacementRequest, RefusesConflictingAffinity) {
    const auto asked = GuestQuestion()
                           .spec("hw:pci_numa_affinity_policy", "socket")
                           .image("hw_pci_numa_affinity_policy", "legacy");
    EXPECT_EQ(refusal_of(placement_request(asked.input())), "ImagePCINUMAPolicyForbidden");
}

} // namespace
} // namespace nova_rt
