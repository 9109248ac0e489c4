#include "flavor/flavor_schema.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <cstddef>
#include <exception>
#include <utility>

namespace nova_rt {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxDocumentBytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kMaxProblems = 100;
constexpr int kMaxDepth = 32;
/// std::regex recurses once per character or so; this keeps it far from the end of the stack.
constexpr std::size_t kMaxTextBytes = 4096;

tl::unexpected<Error> bad(const std::string& what, const std::string& why) {
    return fail(ErrorCode::InvalidArgument, what + ": " + why);
}

Result<json> parse(std::string_view text, const std::string& what) {
    if (text.size() > kMaxDocumentBytes) {
        return bad(what, "longer than " + std::to_string(kMaxDocumentBytes) + " bytes");
    }
    try {
        return json::parse(text);
    } catch (const json::exception& error) {
        return bad(what, nova_rt::quoted(error.what(), 160));
    }
}

/// Whether a document stays within what regular expressions and recursion can take.
bool is_moderate(const json& value, int depth) {
    if (depth > kMaxDepth) {
        return false;
    }
    if (value.is_string()) {
        return value.get_ref<const std::string&>().size() <= kMaxTextBytes;
    }
    if (value.is_object()) {
        for (const auto& [key, member] : value.items()) {
            if (key.size() > kMaxTextBytes || !is_moderate(member, depth + 1)) {
                return false;
            }
        }
    }
    if (value.is_array()) {
        for (const json& element : value) {
            if (!is_moderate(element, depth + 1)) {
                return false;
            }
        }
    }
    return true;
}

/// valijson's path "<root>[extra_specs][hw:cpu_policy]" as "extra_specs/hw:cpu_policy".
std::string path_of(const std::vector<std::string>& context) {
    std::string path;
    for (std::size_t i = 1; i < context.size(); ++i) {
        std::string_view step = context[i];
        if (step.starts_with('[') && step.ends_with(']')) {
            step = step.substr(1, step.size() - 2);
        }
        path += (path.empty() ? "" : "/") + std::string(step);
    }
    return path;
}

} // namespace

struct FlavorSchema::Compiled {
    valijson::Schema schema;
};

FlavorSchema::FlavorSchema(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}

FlavorSchema::FlavorSchema(FlavorSchema&& other) noexcept = default;
FlavorSchema& FlavorSchema::operator=(FlavorSchema&& other) noexcept = default;
FlavorSchema::~FlavorSchema() = default;

Result<FlavorSchema> FlavorSchema::load(std::string_view schema_text) {
    const std::string what = "load flavor schema";
    NOVA_RT_TRY_ASSIGN(document, parse(schema_text, what));
    auto compiled = std::make_unique<Compiled>();
    try {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document), compiled->schema);
    } catch (const std::exception& error) {
        return bad(what, nova_rt::quoted(error.what(), 160));
    }
    return FlavorSchema(std::move(compiled));
}

Result<std::vector<FlavorSchema::Problem>> FlavorSchema::check(std::string_view flavor_document) const {
    const std::string what = "check flavor document";
    NOVA_RT_TRY_ASSIGN(document, parse(flavor_document, what));
    if (!is_moderate(document, 0)) {
        return bad(what, "nested deeper than " + std::to_string(kMaxDepth) + ", or a text is longer than " +
                             std::to_string(kMaxTextBytes) + " bytes");
    }
    std::vector<Problem> problems;
    try {
        valijson::Validator validator;
        valijson::ValidationResults results;
        if (validator.validate(compiled_->schema, valijson::adapters::NlohmannJsonAdapter(document),
                               &results)) {
            return problems;
        }
        valijson::ValidationResults::Error error;
        while (problems.size() < kMaxProblems && results.popError(error)) {
            problems.push_back({.where = path_of(error.context), .text = error.description});
        }
    } catch (const std::exception& error) {
        return bad(what, nova_rt::quoted(error.what(), 160));
    }
    return problems;
}

} // namespace nova_rt
