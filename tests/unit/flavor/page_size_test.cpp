#include "flavor/page_size.hpp"

#include "unit/flavor/guest_question.hpp"
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using test::accepted;
using test::GuestQuestion;
using test::refusal_of;
using Kind = PageSizeRequest::Kind;

PageSizeRequest exactly(std::uint64_t kib) {
    return {.kind = Kind::Exact, .exact = {kib}};
}

Judged<std::optional<PageSizeRequest>> asked(const std::string& flavor, const std::string& image = {}) {
    GuestQuestion question;
    if (!flavor.empty()) {
        question.spec("hw:mem_page_size", flavor);
    }
    if (!image.empty()) {
        question.image("hw_mem_page_size", image);
    }
    return page_size(question.input());
}

TEST(PageSize, IsReadInNovasUnits) {
    for (const auto& [text, kib] : std::vector<std::pair<const char*, std::uint64_t>>{{"2048", 2048},
                                                                                      {"2MB", 2048},
                                                                                      {"2MiB", 2048},
                                                                                      {"1GB", 1048576},
                                                                                      {"1Gb", 131072},
                                                                                      {"1Gbit", 131072},
                                                                                      {"1b", 0},
                                                                                      {"0", 0}}) {
        EXPECT_EQ(accepted(asked(text)), std::optional(exactly(kib))) << text;
    }
    EXPECT_EQ(accepted(asked("")), std::optional<PageSizeRequest>());
    EXPECT_EQ((*asked("any"))->kind, Kind::Any);
    EXPECT_EQ((*asked("small"))->kind, Kind::Small);
    EXPECT_EQ((*asked(std::string(100, '9')))->exact.value, std::uint64_t(-1));
}

TEST(PageSize, RefusesUnitsThatTheSchemaLetPass) {
    for (const char* text : {"2M", "1G", "2048kB", "foo", "-1"}) {
        EXPECT_EQ(refusal_of(asked(text)), "MemoryPageSizeInvalid") << text;
    }
}

TEST(PageSize, LetsTheImageChooseOnlyAmongLargeAndAny) {
    EXPECT_EQ(accepted(asked("large", "2MB")), std::optional(exactly(2048)));
    EXPECT_EQ((*asked("any", "small"))->kind, Kind::Small);
    for (const char* flavor : {"", "small", "2MB", "1GB"}) {
        EXPECT_EQ(refusal_of(asked(flavor, "2MB")), "MemoryPageSizeForbidden") << flavor;
    }
    EXPECT_EQ(refusal_of(asked("any", "foo")), "MemoryPageSizeInvalid");
}

TEST(LockedMemory, NeedsAPageSizeAndOneOpinion) {
    const auto plain = GuestQuestion().spec("hw:locked_memory", "true");
    EXPECT_EQ(refusal_of(locked_memory(plain.input())), "LockMemoryForbidden");
    auto paged = plain;
    paged.spec("hw:mem_page_size", "large");
    EXPECT_EQ(accepted(locked_memory(paged.input())), std::optional(true));
    paged.image("hw_locked_memory", "false");
    EXPECT_EQ(refusal_of(locked_memory(paged.input())), "FlavorImageLockedMemoryConflict");
    EXPECT_EQ(accepted(locked_memory(GuestQuestion().spec("hw:locked_memory", "no").input())),
              std::optional(false));
    EXPECT_EQ(accepted(locked_memory(GuestQuestion().input())), std::optional<bool>());
}

} // namespace
} // namespace nova_rt
