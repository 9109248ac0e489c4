#include "services/augment_document.hpp"

#include "domainxml/domain_augmenter.hpp"
#include "services/bounded_json.hpp"
#include "services/case_document.hpp"
#include "services/translation_json.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace nova_rt {

using nlohmann::json;

namespace {

Result<AugmentedDomain> augment(const std::string& xml, const json& document) {
    if (!document.contains("flavor")) {
        return augment_domain_xml(xml);
    }
    NOVA_RT_TRY_ASSIGN(extra_specs, read_properties(document.at("flavor"), "extra_specs", "flavor"));
    return augment_domain_xml(xml, extra_specs);
}

std::string to_text(const json& answer) {
    return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace

Result<std::string> augment_document(std::string_view text) {
    NOVA_RT_TRY_ASSIGN(document, parse_bounded_json(text));
    NOVA_RT_TRY(expect_object(document, "document"));
    NOVA_RT_TRY_ASSIGN(xml, read_text(document, "xml", "document"));
    if (!xml) {
        return fail(ErrorCode::InvalidArgument, "document: \"xml\" is missing");
    }
    if (document.contains("flavor")) {
        NOVA_RT_TRY(expect_object(document.at("flavor"), "flavor"));
    }
    const auto augmented = augment(*xml, document);
    if (!augmented) {
        return to_text({{"ok", false},
                        {"error",
                         {{"type", std::string(to_string(augmented.error().code()))},
                          {"message", augmented.error().message()}}}});
    }
    return to_text({{"ok", true}, {"xml", augmented->xml}, {"reasons", to_json(augmented->reasons)}});
}

} // namespace nova_rt
