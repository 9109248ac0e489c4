#include "domainxml/resident_guest_reader.hpp"

#include "domain_xml_samples.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace nova_rt {
namespace {

using test::domain_with;
using testing::HasSubstr;

constexpr const char* kTwoCells = R"(<cpu><numa>
  <cell id='0' cpus='0-1' memory='524288' unit='KiB'/><cell id='1' cpus='2-3' memory='1' unit='GiB'/>
</numa></cpu>)";

TEST(ResidentGuestReader, ReadsCellsPinsAndPages) {
    const auto guest = read_resident_guest(domain_with(
        std::string(kTwoCells) +
        R"(<memoryBacking><hugepages><page size='2048' unit='KiB' nodeset='1'/></hugepages></memoryBacking>
           <numatune><memory mode='strict' nodeset='0-1'/><memnode cellid='1' mode='strict' nodeset='1'/></numatune>
           <cputune><vcpupin vcpu='0' cpuset='5'/></cputune>)"));
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_EQ(guest->domain.vcpu_pins.at(VcpuId{0}), CpuSet{5});
    ASSERT_EQ(guest->cells.size(), 2U);
    EXPECT_EQ(guest->cells[0].vcpus, (CpuSet{0, 1}));
    EXPECT_EQ(guest->cells[0].memory, KiB{524288});
    EXPECT_EQ(guest->cells[0].pages, PageChoice::Smallest);
    EXPECT_EQ(guest->cells[0].host_cells, (CpuSet{0, 1})) << "<memory> speaks for cells without <memnode>";
    EXPECT_EQ(guest->cells[1].memory, KiB{1048576});
    EXPECT_EQ(guest->cells[1].pages, PageChoice::Exact);
    EXPECT_EQ(guest->cells[1].page_size, KiB{2048});
    EXPECT_EQ(guest->cells[1].host_cells, CpuSet{1});
}

TEST(ResidentGuestReader, APageWithoutNodesetSpeaksForTheRest) {
    const auto guest = read_resident_guest(domain_with(
        std::string(kTwoCells) +
        R"(<memoryBacking><hugepages><page size='1' unit='G' nodeset='0'/><page size='2' unit='MiB'/></hugepages>
           </memoryBacking>)"));
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_EQ(guest->cells[0].page_size, KiB{1048576});
    EXPECT_EQ(guest->cells[1].page_size, KiB{2048});
}

TEST(ResidentGuestReader, HugePagesWithoutSizeAreTheHostsDefault) {
    const auto guest = read_resident_guest(
        domain_with(std::string(kTwoCells) + "<memoryBacking><hugepages/></memoryBacking>"));
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_EQ(guest->cells[1].pages, PageChoice::HostDefault);
}

TEST(ResidentGuestReader, AGuestWithoutTopologyHasNoCells) {
    const auto guest =
        read_resident_guest(domain_with("<numatune><memory mode='strict' nodeset='0'/></numatune>"));
    ASSERT_TRUE(guest) << guest.error().message();
    EXPECT_TRUE(guest->cells.empty());
}

TEST(ResidentGuestReader, RefusesWhatItCannotCount) {
    for (const auto& [xml, expected] : {
             std::pair("<cpu><numa><cell id='1' cpus='0' memory='1'/></numa></cpu>", "id \"1\", not 0"),
             std::pair("<cpu><numa><cell id='0' cpus='x' memory='1'/></numa></cpu>", "<cell> cpus"),
             std::pair("<cpu><numa><cell id='0' cpus='0'/></numa></cpu>", "memory \"\""),
             std::pair("<cpu><numa><cell id='0' memory='99999999999999999' unit='GiB'/></numa></cpu>",
                       "not a size"),
             std::pair("<cpu><numa><cell id='0' memory='1' unit='furlong'/></numa></cpu>", "\"furlong\""),
             std::pair("<numatune><memnode cellid='0' nodeset='0'/></numatune>", "cellid \"0\""),
             std::pair("<numatune><memory nodeset='0-'/></numatune>", "<memory> nodeset"),
             std::pair("<memoryBacking><hugepages><page size='0'/></hugepages></memoryBacking>", "size 0"),
         }) {
        const auto guest = read_resident_guest(domain_with(xml));
        ASSERT_FALSE(guest) << xml;
        EXPECT_EQ(guest.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(guest.error().message(), HasSubstr(expected)) << xml;
        EXPECT_THAT(guest.error().message(), HasSubstr(test::kUuid)) << xml;
    }
}

} // namespace
} // namespace nova_rt
