#include "api/status_source.hpp"

#include "model/status_json.hpp"
#include "support/scratch_directory.hpp"
#include "support/status_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nova_rt {
namespace {

using testing::HasSubstr;

std::string document_of_generation(std::uint64_t generation) {
    StatusDocument status = test::sample_status();
    status.generation = generation;
    return encode_status(status);
}

/// As the agent does it: a new file takes the old one's name.
void replace(const test::ScratchDirectory& scratch, std::string_view text) {
    scratch.write("new", text);
    std::filesystem::rename(scratch.path("new"), scratch.path("status.json"));
}

TEST(StatusSource, SaysWhyThereIsNoDocument) {
    const test::ScratchDirectory scratch;
    StatusSource source(scratch.path("status.json"));
    EXPECT_FALSE(source.view().served);
    source.refresh();
    EXPECT_FALSE(source.view().served);
    EXPECT_THAT(source.view().problem, HasSubstr("status.json"));
}

TEST(StatusSource, FollowsTheFileAndItsReplacement) {
    const test::ScratchDirectory scratch;
    StatusSource source(scratch.path("status.json"));
    replace(scratch, document_of_generation(1));
    source.refresh();
    ASSERT_TRUE(source.view().served);
    EXPECT_EQ(source.view().served->document.generation, 1U);
    const std::string first_tag = source.view().served->etag;
    replace(scratch, document_of_generation(2));
    source.refresh();
    EXPECT_EQ(source.view().served->document.generation, 2U);
    EXPECT_NE(source.view().served->etag, first_tag);
}

TEST(StatusSource, KeepsTheLastGoodDocumentAndTheReason) {
    const test::ScratchDirectory scratch;
    StatusSource source(scratch.path("status.json"));
    replace(scratch, document_of_generation(1));
    source.refresh();
    for (const std::string& bad : {std::string("{"), std::string(), std::string("{\"schema_version\":99}"),
                                   std::string(kMaxStatusBytes + 1, ' ')}) {
        replace(scratch, bad);
        source.refresh();
        ASSERT_TRUE(source.view().served);
        EXPECT_EQ(source.view().served->document.generation, 1U);
        EXPECT_FALSE(source.view().problem.empty());
    }
    std::filesystem::remove(scratch.path("status.json"));
    source.refresh();
    EXPECT_THAT(source.view().problem, HasSubstr("ENOENT"));
    replace(scratch, document_of_generation(3));
    source.refresh();
    EXPECT_EQ(source.view().problem, "");
    EXPECT_EQ(source.view().served->document.generation, 3U);
}

TEST(StatusSource, FollowsNoLinkAndReadsNoDirectory) {
    const test::ScratchDirectory scratch;
    const std::string target = scratch.write("real", document_of_generation(1));
    std::filesystem::create_symlink(target, scratch.path("link"));
    EXPECT_FALSE(read_status_file(scratch.path("link")));
    EXPECT_FALSE(read_status_file(scratch.path()));
    EXPECT_TRUE(read_status_file(target));
}

} // namespace
} // namespace nova_rt
