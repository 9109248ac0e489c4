#include "flavor/image_meta.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace nova_rt {
namespace {

Judged<ImageMeta> coerce(Properties properties) {
    Image image;
    image.properties = std::move(properties);
    return coerce_image(image);
}

TEST(ImageMeta, CoercesEachPropertyToItsType) {
    const auto meta = coerce({{"hw_pmu", "YES"},
                              {"hw_time_hpet", "rubbish"},
                              {"hw_cpu_sockets", " 2 "},
                              {"hw_cpu_policy", "mixed"},
                              {"hw_machine_type", "q35"},
                              {"hw_numa_cpus.0", "0-1"},
                              {"hw_numa_cpus.1", "2-3,^3"},
                              {"hw_numa_cpus.3", "9"},
                              {"hw_numa_mem.0", "512"},
                              {"trait:CUSTOM_A", "required"},
                              {"trait:CUSTOM_B", "forbidden"},
                              {"unheard_of", "x"}});
    ASSERT_TRUE(meta);
    EXPECT_EQ(meta->boolean("hw_pmu"), true);
    EXPECT_EQ(meta->boolean("hw_time_hpet"), false);
    EXPECT_EQ(meta->integer("hw_cpu_sockets"), 2);
    EXPECT_EQ(meta->text("hw_cpu_policy"), "mixed");
    EXPECT_EQ(meta->text("hw_machine_type"), "q35");
    ASSERT_TRUE(meta->numa_cpus);
    ASSERT_EQ(meta->numa_cpus->size(), 2U) << "cells are read to the first gap";
    EXPECT_EQ(meta->numa_cpus->at(1).cpus, CpuSet{2});
    EXPECT_EQ(meta->numa_mem, (std::vector<std::int64_t>{512}));
    EXPECT_EQ(meta->required_traits, (std::set<std::string>{"CUSTOM_A"}));
    EXPECT_EQ(meta->text("unheard_of"), std::nullopt);
}

TEST(ImageMeta, RefusesWhatNovaCannotCoerce) {
    const std::vector<std::pair<Properties, const char*>> table = {
        {{{"hw_cpu_policy", "bogus"}}, "ValueError"},
        {{{"hw_cpu_sockets", "many"}}, "ValueError"},
        {{{"hw_numa_mem.0", "x"}}, "ValueError"},
        {{{"hw_numa_cpus.0", "3-1"}}, "Invalid"},
        {{{"hw_watchdog_action", "boom"}}, "ValueError"},
        {{{"hypervisor_type", "abacus"}}, "ValueError"},
        {{{"hw_pmu", std::string(256, 'x')}}, "ValidationError"},
    };
    for (const auto& [properties, type] : table) {
        const auto meta = coerce(properties);
        ASSERT_FALSE(meta) << properties.begin()->first;
        EXPECT_EQ(meta.error().stage, "image");
        EXPECT_EQ(meta.error().type, type) << properties.begin()->first;
        EXPECT_EQ(meta.error().provenance, Provenance::Image);
    }
}

TEST(ImageMeta, KnowsOlderNamesAndSpellings) {
    const auto meta = coerce({{"architecture", "AMD64"},
                              {"hypervisor_type", "QEMU"},
                              {"vm_mode", "hv"},
                              {"hw_scsi_model", "paravirtual"},
                              {"auto_disk_config", "a"},
                              {"hw_auto_disk_config", "b"}});
    ASSERT_TRUE(meta);
    EXPECT_EQ(meta->text("hw_architecture"), "x86_64");
    EXPECT_EQ(meta->text("img_hv_type"), "qemu");
    EXPECT_EQ(meta->text("hw_vm_mode"), "hvm");
    EXPECT_EQ(meta->text("hw_scsi_model"), "vmpvscsi");
    EXPECT_EQ(meta->text("hw_auto_disk_config"), "b") << "the current name wins";
}

TEST(ImageMeta, ListsEachPropertyOnce) {
    std::set<std::string_view> keys;
    for (const ImageProperty& property : image_properties()) {
        EXPECT_TRUE(keys.insert(property.key).second) << property.key;
        EXPECT_EQ(property.kind == PropertyKind::Choice, !property.choices.empty()) << property.key;
    }
}

} // namespace
} // namespace nova_rt
