#include "adapters/config/product_config.hpp"

#include "adapters/config/ini_file.hpp"
#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<LoadedConfig> load_text(std::string_view text) {
    const test::ScratchDirectory scratch;
    return load_config({{scratch.write("nova-rt.conf", text)}, {}, false});
}

TEST(ProductConfig, LaterFilesWinInSortedOrder) {
    const test::ScratchDirectory scratch;
    const auto loaded =
        load_config({{scratch.write("main.conf", "[api]\nport = 1\n[agent]\nperiod_ms = 300\n")},
                     {(scratch.write("d/20-b.conf", "[api]\nport = 3\n"),
                       scratch.write("d/10-a.conf", "[api]\nport = 2\n"),
                       scratch.write("d/ignored.txt", "[api]\nport = 4\n"), scratch.path("d"))},
                     false});
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_EQ(loaded->config.api.port, 3);
    EXPECT_EQ(loaded->config.agent.period, 300ms);
    EXPECT_THAT(loaded->warnings, IsEmpty());
    EXPECT_EQ(loaded->files_read.size(), 3U);
}

TEST(ProductConfig, UnknownOptionsAreReportedWithASuggestion) {
    const auto loaded = load_text("[agent]\nperod_ms = 1\n[libvrt]\nuri = x\n[colour]\ndepth = 8\n");
    ASSERT_TRUE(loaded);
    EXPECT_THAT(
        loaded->warnings,
        ElementsAre(HasSubstr("did you mean [agent]period_ms"), HasSubstr("did you mean [libvirt]uri"),
                    testing::AllOf(HasSubstr("[colour]depth"), testing::Not(HasSubstr("did you mean")))));
}

TEST(ProductConfig, RefusesValuesOfTheWrongType) {
    for (const char* text :
         {"[api]\nport = 0\n", "[api]\nport = 65536\n", "[api]\nport = http\n", "[api]\nport =\n",
          "[agent]\nperiod_ms = 1\n", "[agent]\nperiod_ms = 1s\n", "[agent]\nstatus_file = x\n",
          "[log]\nlevel = loud\n", "[libvirt]\nuri =\n", "[libvirt]\ncall_deadline_ms = -5\n"}) {
        const auto loaded = load_text(text);
        ASSERT_FALSE(loaded) << text;
        EXPECT_EQ(loaded.error().code(), ErrorCode::InvalidArgument) << text;
        EXPECT_THAT(loaded.error().message(),
                    testing::AllOf(HasSubstr("allowed is"), HasSubstr("nova-rt.conf")))
            << text;
    }
}

TEST(ProductConfig, NamedFilesMustExistAndDefaultsNeedNot) {
    EXPECT_EQ(load_config({{"/nonexistent/a.conf"}, {}, false}).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(load_config({{}, {"/nonexistent"}, false}).error().code(), ErrorCode::NotFound);
    EXPECT_TRUE(load_config({{"/nonexistent/a.conf"}, {"/nonexistent"}, true}));
}

TEST(ProductConfig, TheSampleStatesTheDefaults) {
    std::string uncommented;
    const std::string sample = sample_config();
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const bool is_option_mark = sample[i] == '#' && i + 1 < sample.size() && sample[i + 1] != ' ';
        if (!is_option_mark) {
            uncommented += sample[i];
        }
    }
    const auto loaded = load_text(uncommented);
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_THAT(loaded->warnings, IsEmpty());
    const ProductConfig defaults;
    EXPECT_EQ(loaded->config.api.port, defaults.api.port);
    EXPECT_EQ(loaded->config.agent.period, defaults.agent.period);
    EXPECT_EQ(loaded->config.agent.publish_period, defaults.agent.publish_period);
    EXPECT_EQ(loaded->config.agent.status_file, defaults.agent.status_file);
    EXPECT_EQ(loaded->config.api.stale_after, defaults.api.stale_after);
    EXPECT_EQ(loaded->config.api.dead_after, defaults.api.dead_after);
    EXPECT_EQ(loaded->config.libvirt.uri, defaults.libvirt.uri);
    EXPECT_EQ(loaded->config.libvirt.call_deadline, defaults.libvirt.call_deadline);
    EXPECT_EQ(loaded->config.nova.config_file, defaults.nova.config_file);
    EXPECT_EQ(loaded->config.log.level, defaults.log.level);
}

} // namespace
} // namespace nova_rt
