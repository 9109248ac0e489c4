#include "flavor/cpu_policy.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using test::accepted;
using test::GuestQuestion;
using test::refusal_of;

GuestQuestion question(const std::string& key, const std::string& flavor, const std::string& property,
                       const std::string& image) {
    GuestQuestion asked;
    if (!flavor.empty()) {
        asked.spec(key, flavor);
    }
    if (!image.empty()) {
        asked.image(property, image);
    }
    return asked;
}

struct PolicyRow {
    const char* flavor;
    const char* image;
    std::optional<CpuPolicy> policy;
    const char* refusal;
};

TEST(CpuPolicy, FollowsNovasPrecedenceBetweenFlavorAndImage) {
    const char* const forbidden = "ImageCPUPinningForbidden";
    const std::vector<PolicyRow> table = {
        {"", "", std::nullopt, ""},
        {"", "shared", CpuPolicy::Shared, ""},
        {"", "mixed", CpuPolicy::Mixed, ""},
        {"dedicated", "shared", CpuPolicy::Dedicated, ""},
        {"dedicated", "mixed", CpuPolicy::Dedicated, ""},
        {"mixed", "shared", CpuPolicy::Mixed, ""},
        {"mixed", "dedicated", {}, forbidden},
        {"shared", "mixed", {}, forbidden},
        {"shared", "dedicated", {}, forbidden},
        {"shared", "shared", CpuPolicy::Shared, ""},
        {"x", "", {}, "InvalidCPUAllocationPolicy"},
    };
    for (const auto& row : table) {
        const auto asked = question("hw:cpu_policy", row.flavor, "hw_cpu_policy", row.image);
        const auto policy = cpu_policy(asked.input());
        EXPECT_EQ(refusal_of(policy), row.refusal) << row.flavor << "/" << row.image;
        if (policy) {
            EXPECT_EQ(*policy, row.policy) << row.flavor << "/" << row.image;
        }
    }
}

TEST(CpuPolicy, LetsAFlavorsPreferHideTheImagesThreadPolicy) {
    const auto policy_of = [](const char* flavor, const char* image) {
        const auto asked = question("hw:cpu_thread_policy", flavor, "hw_cpu_thread_policy", image);
        return cpu_thread_policy(asked.input());
    };
    EXPECT_EQ(accepted(policy_of("prefer", "isolate")), std::optional(CpuThreadPolicy::Prefer));
    EXPECT_EQ(accepted(policy_of("", "isolate")), std::optional(CpuThreadPolicy::Isolate));
    EXPECT_EQ(accepted(policy_of("require", "require")), std::optional(CpuThreadPolicy::Require));
    EXPECT_EQ(refusal_of(policy_of("require", "prefer")), "ImageCPUThreadPolicyForbidden");
    EXPECT_EQ(refusal_of(policy_of("x", "")), "InvalidCPUThreadAllocationPolicy");
    auto of_no_characters = question("", "", "hw_cpu_thread_policy", "prefer");
    of_no_characters.spec("hw:cpu_thread_policy", "");
    EXPECT_EQ(refusal_of(cpu_thread_policy(of_no_characters.input())), "ImageCPUThreadPolicyForbidden");
}

TEST(CpuPolicy, ReadsEmulatorThreadsFromTheFlavor) {
    EXPECT_EQ(accepted(emulator_threads_policy(GuestQuestion().input())),
              std::optional<EmulatorThreadsPolicy>());
    const auto asked = GuestQuestion().spec("hw:emulator_threads_policy", "share");
    EXPECT_EQ(accepted(emulator_threads_policy(asked.input())), std::optional(EmulatorThreadsPolicy::Share));
    const auto wrong = GuestQuestion().spec("hw:emulator_threads_policy", "x");
    const auto refused = emulator_threads_policy(wrong.input());
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        refused.error().message,
        "CPU emulator threads option requested is invalid, given: 'x', available: '('share', 'isolate')'.");
}

struct ResourceRow {
    const char* key;
    const char* value;
    CpuPolicies before;
    std::optional<CpuPolicy> policy;
    const char* refusal;
};

TEST(CpuPolicy, IsReplacedByExplicitResources) {
    const CpuPolicies none;
    const CpuPolicies isolate{.cpu = {}, .thread = {}, .emulator_threads = EmulatorThreadsPolicy::Isolate};
    const CpuPolicies dedicated{.cpu = CpuPolicy::Dedicated, .thread = {}, .emulator_threads = {}};
    const std::vector<ResourceRow> table = {
        {"resources:PCPU", "4", none, CpuPolicy::Dedicated, ""},
        {"resources7:PCPU", "4", none, CpuPolicy::Dedicated, ""},
        {"resources:PCPU", "5", none, {}, "InvalidRequest"},
        {"resources:PCPU", "5", isolate, CpuPolicy::Dedicated, ""},
        {"resources:PCPU", "4", isolate, {}, "InvalidRequest"},
        {"resources:VCPU", "9", none, CpuPolicy::Shared, ""},
        {"resources:VCPU", "x", none, std::nullopt, ""},
        {"resources01:PCPU", "4", none, std::nullopt, ""},
        {"resources:PCPU", "4", dedicated, {}, "InvalidRequest"},
    };
    for (const auto& row : table) {
        const auto asked = GuestQuestion().spec(row.key, row.value);
        const auto policies = apply_resources_and_traits(asked.input(), row.before);
        EXPECT_EQ(refusal_of(policies), row.refusal) << row.key << row.value;
        if (policies) {
            EXPECT_EQ(policies->cpu, row.policy) << row.key << row.value;
        }
    }
}

TEST(CpuPolicy, TakesTheThreadPolicyFromTheHyperthreadingTrait) {
    const auto required = GuestQuestion().image("trait:HW_CPU_HYPERTHREADING", "required");
    EXPECT_EQ(apply_resources_and_traits(required.input(), {})->thread, CpuThreadPolicy::Require);
    const auto forbidden = GuestQuestion().spec("trait3:HW_CPU_HYPERTHREADING", "forbidden");
    EXPECT_EQ(apply_resources_and_traits(forbidden.input(), {})->thread, CpuThreadPolicy::Isolate);
    const CpuPolicies prefer{.cpu = {}, .thread = CpuThreadPolicy::Prefer, .emulator_threads = {}};
    EXPECT_EQ(refusal_of(apply_resources_and_traits(forbidden.input(), prefer)), "InvalidRequest");
}

} // namespace
} // namespace nova_rt
