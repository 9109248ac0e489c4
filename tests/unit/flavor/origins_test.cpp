#include "flavor/origins.hpp"

#include "guest_question.hpp"
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using test::GuestQuestion;

std::string origin(const GuestQuestion& question, const std::string& key) {
    const Origin found = origin_of(question.input(), key);
    const char* const who = found.provenance == Provenance::Flavor  ? "flavor "
                            : found.provenance == Provenance::Image ? "image "
                                                                    : "default ";
    return who + found.key + "=" + found.value;
}

TEST(Origin, IsTheFlavorThenTheImageThenTheDefault) {
    GuestQuestion question;
    EXPECT_EQ(origin(question, "hw:cpu_policy"), "default hw:cpu_policy=");
    question.image("hw_cpu_policy", "dedicated");
    EXPECT_EQ(origin(question, "hw:cpu_policy"), "image hw_cpu_policy=dedicated");
    question.spec("hw:cpu_policy", "dedicated");
    EXPECT_EQ(origin(question, "hw:cpu_policy"), "flavor hw:cpu_policy=dedicated");
}

TEST(Origin, OfTheRealtimeMaskIsTheImageFirst) {
    GuestQuestion question;
    question.spec("hw:cpu_realtime_mask", "^0").image("hw_cpu_realtime_mask", "^1");
    EXPECT_EQ(origin(question, "hw:cpu_realtime_mask"), "image hw_cpu_realtime_mask=^1");
}

TEST(Origin, KnowsStandInsTwinsWithNumbersAndTypes) {
    EXPECT_EQ(origin(GuestQuestion().spec("resources1:PCPU", "4"), "hw:cpu_policy"),
              "flavor resources1:PCPU=4");
    EXPECT_EQ(
        origin(GuestQuestion().image("trait:HW_CPU_HYPERTHREADING", "required"), "hw:cpu_thread_policy"),
        "image trait:HW_CPU_HYPERTHREADING=required");
    EXPECT_EQ(origin(GuestQuestion().image("hw_pmu", "off"), "hw:pmu"), "image hw_pmu=false");
    EXPECT_EQ(origin(GuestQuestion().image("hw_numa_nodes", "2"), "hw:numa_nodes"), "image hw_numa_nodes=2");
    EXPECT_EQ(origin(GuestQuestion().image("hw_cpu_max_threads", "2"), "hw:cpu_max_sockets"),
              "image hw_cpu_max_threads=2");
}

TEST(Refusal, GetsItsOriginAndARepair) {
    GuestQuestion question;
    question.spec("hw:cpu_policy", "dedicated").image("hw_mem_page_size", "large");
    const auto complete = [&](const std::string& type, const std::string& key) {
        return with_origin(question.input(),
                           Refusal{.type = type, .key = key, .provenance = Provenance::Flavor});
    };
    const Refusal set = complete("X", "hw:cpu_policy");
    EXPECT_EQ(set.repair, "openstack flavor unset --property hw:cpu_policy rt.small");
    EXPECT_EQ(set.provenance, Provenance::Flavor);
    const Refusal image = complete("X", "hw:mem_page_size");
    EXPECT_EQ(image.key, "hw_mem_page_size");
    EXPECT_EQ(image.provenance, Provenance::Image);
    EXPECT_TRUE(image.repair.starts_with("openstack image unset --property hw_mem_page_size"))
        << image.repair;
    const Refusal nobody = complete("X", "hw:cpu_thread_policy");
    EXPECT_EQ(nobody.provenance, Provenance::Default);
    EXPECT_EQ(nobody.repair, "");
    EXPECT_EQ(complete("NoFit", "hw:cpu_policy").repair, "") << "no property gives a host more pCPUs";
    EXPECT_EQ(complete("NoFit", "ram").provenance, Provenance::Flavor);
}

TEST(Refusal, OfAnOptionOrWithARepairIsKept) {
    const GuestQuestion question;
    const Refusal option{.key = "[compute]cpu_shared_set", .provenance = Provenance::Config, .repair = "x"};
    const Refusal kept = with_origin(question.input(), option);
    EXPECT_EQ(kept.key, option.key);
    EXPECT_EQ(kept.provenance, Provenance::Config);
    EXPECT_EQ(kept.repair, "x");
}

} // namespace
} // namespace nova_rt
