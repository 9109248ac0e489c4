#include "flavor/extra_specs.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace nova_rt {
namespace {

using test::GuestQuestion;
using testing::HasSubstr;

TEST(ExtraSpecs, NameEachKeyOnce) {
    std::set<std::string_view> keys;
    for (const auto table : {nova_extra_specs(), rt_extra_specs()}) {
        for (const ExtraSpec& row : table) {
            EXPECT_TRUE(keys.insert(row.key).second) << row.key;
            EXPECT_EQ(row.kind == ValueKind::Choice, !row.choices.empty()) << row.key;
            EXPECT_LE(row.minimum, row.maximum) << row.key;
        }
    }
}

TEST(ExtraSpecs, TakeNothingOfTheRtNamespaceFromAnImage) {
    for (const ExtraSpec& row : rt_extra_specs()) {
        EXPECT_EQ(row.image_property, "") << row.key;
        EXPECT_EQ(row.scope, SpecScope::Isolation) << row.key;
    }
}

TEST(ExtraSpecs, AreRefusedWhenTheirNamespaceIsKnownAndTheirNameIsNot) {
    for (const char* key :
         {"hw:cpu_rt_priority", "hw:maxphysaddr_mode", "quota:x", "resources:NOTHING", "traitx:HW_NOTHING",
          "hw:", "capabilities:nothing", "capabilities:stats:", "hw:numa_cpus.x", "hw:numa_cpus.{num}",
          "trait:CUSTOM_", "trait:custom_x", "hw:numa_mem.", "resources:CUSTOM_a"}) {
        const auto verdict = validate_extra_specs(GuestQuestion().spec(key, "1").flavor());
        ASSERT_FALSE(verdict) << key;
        EXPECT_EQ(verdict.error().stage, "schema");
        EXPECT_EQ(verdict.error().type, "ValidationError");
        EXPECT_EQ(verdict.error().key, key);
    }
}

TEST(ExtraSpecs, PassWhereNovaLetsThemPass) {
    for (const auto& [key, value] :
         std::map<std::string, std::string>{{"acme:colour", "blue"},
                                            {"plain", ""},
                                            {"rt:priority", "5"},
                                            {"trait:CUSTOM_RT_1", "required"},
                                            {"trait_g-1:HW_CPU_HYPERTHREADING", "forbidden"},
                                            {"resources1:PCPU", "4"},
                                            {"resources:CUSTOM_GOLD", "-1"},
                                            {"capabilities:cpu_info:topology:cores", ">= 4"},
                                            {"aggregate_instance_extra_specs:any thing", "x"},
                                            {"hw:numa_cpus.127", "0"},
                                            {"hw:numa_cpusX0", "0"},
                                            {"hide_hypervisor_id", "true"}}) {
        const auto verdict = validate_extra_specs(GuestQuestion().spec(key, value).flavor());
        EXPECT_TRUE(verdict) << key << ": " << (verdict ? "" : verdict.error().message);
    }
}

TEST(ExtraSpecs, AreAskedBackWhenMisspelt) {
    const auto verdict =
        validate_extra_specs(GuestQuestion().spec("hw:emulator_thread_policy", "isolate").flavor());
    ASSERT_FALSE(verdict);
    EXPECT_THAT(verdict.error().message, HasSubstr("Did you mean hw:emulator_threads_policy?"));
    EXPECT_EQ(verdict.error().repair,
              "openstack flavor unset --property hw:emulator_thread_policy rt.small && openstack flavor set "
              "--property hw:emulator_threads_policy=isolate rt.small");
}

TEST(ExtraSpecs, AreRepairedToTheValueThatWasMeant) {
    const auto repair = [](const char* key, const char* value) {
        const auto verdict = validate_extra_specs(GuestQuestion().spec(key, value).flavor());
        return verdict ? "" : verdict.error().repair;
    };
    EXPECT_EQ(repair("hw:cpu_policy", "dedicatd"),
              "openstack flavor set --property hw:cpu_policy=dedicated rt.small");
    EXPECT_EQ(repair("hw:cpu_policy", "nonsense"),
              "openstack flavor unset --property hw:cpu_policy rt.small");
    EXPECT_EQ(repair("hw:cpu_realtime_mask", "all"),
              "openstack flavor set --property 'hw:cpu_realtime_mask=^0' rt.small");
    EXPECT_EQ(repair("hw:numa_cpus.0", "all"), "openstack flavor unset --property hw:numa_cpus.0 rt.small");
}

TEST(ExtraSpecs, AreWarnedAboutWhenTheRtNamespaceDoesNotKnowThem) {
    const auto reasons =
        unknown_rt_keys(GuestQuestion().spec("rt:isolatoin", "off").spec("rt:min_grade", "A").flavor());
    ASSERT_EQ(reasons.size(), 1U);
    EXPECT_EQ(reasons[0].severity, Reason::Severity::Warning);
    EXPECT_THAT(reasons[0].text, HasSubstr("did you mean rt:isolation?"));
}

TEST(ExtraSpecs, AreBoundedInSizeAndNumber) {
    EXPECT_TRUE(
        validate_extra_specs(GuestQuestion().spec(std::string(255, 'k'), std::string(255, 'v')).flavor()));
    for (const auto& [key, value] : std::map<std::string, std::string>{{std::string(256, 'k'), "v"},
                                                                       {"k", std::string(256, 'v')},
                                                                       {"", "v"},
                                                                       {"\xff", "v"},
                                                                       {"k2", "\xc0\xaf"}}) {
        EXPECT_FALSE(validate_extra_specs(GuestQuestion().spec(key, value).flavor())) << key;
    }
    GuestQuestion many;
    for (std::size_t i = 0; i <= kMaxProperties; ++i) {
        many.spec("k" + std::to_string(i), "v");
    }
    EXPECT_FALSE(validate_extra_specs(many.flavor()));
}

TEST(ExtraSpecs, KnowTheNamesOfTraitsAndResourceClasses) {
    EXPECT_TRUE(is_standard_trait("HW_CPU_HYPERTHREADING"));
    EXPECT_FALSE(is_standard_trait("HW_CPU_HYPERTHREADIN"));
    EXPECT_FALSE(is_standard_trait("COMPUTE_ACCELERATORS COMPUTE_ADDRESS_SPACE_EMULATED"));
    EXPECT_FALSE(is_standard_trait(""));
    EXPECT_TRUE(is_standard_resource_class("PCPU"));
    EXPECT_FALSE(is_standard_resource_class("CPU"));
}

} // namespace
} // namespace nova_rt
