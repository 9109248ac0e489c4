#include "qemu/stdin_document.hpp"

#include "base/unique_fd.hpp"
#include "support/scratch_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace nova_rt::test {
namespace {

Result<StdinDocument> read_text(const std::string& text, std::size_t limit) {
    const ScratchDirectory scratch;
    const UniqueFd fd(::open(scratch.write("stdin", text).c_str(), O_RDONLY | O_CLOEXEC));
    return read_document(fd.get(), limit);
}

TEST(StdinDocumentTest, ReadsToTheEnd) {
    const std::string text(200'000, 'x');
    const auto document = read_text(text, kMaxStdinBytes);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->text, text);
    EXPECT_FALSE(document->cut);
}

TEST(StdinDocumentTest, StopsAtItsLimit) {
    EXPECT_FALSE(read_text("12345", 5)->cut);
    const auto cut = read_text("123456", 5);
    EXPECT_TRUE(cut->cut);
    EXPECT_EQ(cut->text, "12345");
}

TEST(StdinDocumentTest, SaysWhatCannotBeRead) {
    EXPECT_FALSE(read_document(-1));
}

} // namespace
} // namespace nova_rt::test
