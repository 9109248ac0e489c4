// A whole question, from its text to the XML of the answer.

#include "support/document_promises.hpp"
#include "support/plain_file.hpp"

#include "fuzz/promise.hpp"

namespace {

const nova_rt::TranslationService& service() {
    static const auto kService = [] {
        const std::string path = std::string(NOVA_RT_SOURCE_DIR) + "/xml-templates/realtime-guest.xml";
        auto created =
            nova_rt::TranslationService::create({.domain_template = nova_rt::test::plain_file_text(path)});
        nova_rt::test::must_hold(created ? "" : created.error().message());
        return *std::move(created);
    }();
    return kService;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nova_rt::test::must_hold(
        nova_rt::test::broken_by_case_document({reinterpret_cast<const char*>(data), size}, service()));
    return 0;
}
