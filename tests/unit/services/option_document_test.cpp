#include "services/option_document.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;

TranslationInput read(const json& conf) {
    TranslationInput input;
    const auto status = read_nova_options(conf, input);
    EXPECT_TRUE(status) << (status ? "" : status.error().message());
    return input;
}

TEST(OptionDocument, ReadsWhatChangesATranslation) {
    const auto input = read({{"compute.cpu_shared_set", "0-1,^1"},
                             {"compute.cpu_dedicated_set", "2-3"},
                             {"vcpu_pin_set", ""},
                             {"compute.packing_host_numa_cells_allocation_strategy", true},
                             {"libvirt.realtime_scheduler_priority", 50},
                             {"libvirt.rx_queue_size", "512"},
                             {"libvirt.cpu_model_extra_flags", "tsc-deadline, -vmx"},
                             {"reserved_huge_pages", {{{"node", "0"}, {"size", "1GB"}, {"count", 6}}}},
                             {"neutron.url", "ignored"}});
    EXPECT_FALSE(input.options_refusal);
    EXPECT_EQ(input.options.cpu_shared_set, CpuSet{0});
    EXPECT_EQ(input.options.vcpu_pin_set, std::nullopt);
    EXPECT_TRUE(input.options.packing_cells);
    EXPECT_EQ(input.options.realtime_scheduler_priority, 50);
    EXPECT_EQ(input.options.rx_queue_size, 512U);
    EXPECT_EQ(input.options.cpu_model_extra_flags, (std::vector<std::string>{"tsc-deadline", "-vmx"}));
    ASSERT_EQ(input.options.reserved_huge_pages.size(), 1U);
    EXPECT_EQ(input.options.reserved_huge_pages[0].size, KiB{1048576});
}

TEST(OptionDocument, ReadsAMachineTypeForEachArchitecture) {
    const auto input =
        read({{"libvirt.hw_machine_type", {"x86_64=q35", "x86_64=pc", "aarch64=", "virt", "armv7l=virt"}}});
    EXPECT_EQ(input.options.machine_types,
              (std::map<std::string, std::string>{{"x86_64", "q35"}, {"armv7l", "virt"}}));
    EXPECT_EQ(read({{"libvirt.hw_machine_type", "x86_64=q35, aarch64=virt"}}).options.machine_types.size(),
              2U);
}

TEST(OptionDocument, KeepsNovasRefusalOfACpuSet) {
    for (const char* text : {"a", "3-1", "^0", ",", "0-99999"}) {
        const auto input = read({{"compute.cpu_dedicated_set", text}});
        ASSERT_TRUE(input.options_refusal) << text;
        EXPECT_EQ(input.options_refusal->type, "Invalid") << text;
        EXPECT_EQ(input.options_refusal->stage, "hostconf") << text;
        EXPECT_EQ(input.options_refusal->provenance, Provenance::Config) << text;
    }
    const auto pages = read({{"reserved_huge_pages", {{{"node", "x"}, {"size", "4"}, {"count", "1"}}}}});
    ASSERT_TRUE(pages.options_refusal);
    EXPECT_EQ(pages.options_refusal->type, "InvalidReservedMemoryPagesOption");
}

TEST(OptionDocument, RefusesValuesOfTheWrongType) {
    for (const json& conf : {json::array({1}), json{{"compute.cpu_shared_set", json::array({0})}},
                             json{{"libvirt.rx_queue_size", "many"}}, json{{"libvirt.num_pcie_ports", 29}},
                             json{{"libvirt.cpu_models", {1}}},
                             json{{"compute.packing_host_numa_cells_allocation_strategy", "perhaps"}}}) {
        TranslationInput input;
        const auto status = read_nova_options(conf, input);
        ASSERT_FALSE(status) << conf;
        EXPECT_EQ(status.error().code(), ErrorCode::InvalidArgument);
    }
}

} // namespace
} // namespace nova_rt
